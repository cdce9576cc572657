"""ONNX Runtime as it comes, one thread."""

import onnxruntime
from serve import serve


def opened(model: str):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    name, results = session.get_inputs()[0].name, []

    def run(x):
        results[:] = session.run(None, {name: x})

    return run, lambda: results[0]


serve(opened)
