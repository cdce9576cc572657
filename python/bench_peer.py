"""A peer of `dlas bench`: runs a model in another framework and answers a line with the seconds of one run.

Arguments: name, model, threads, an .npz with the inputs by name, and where to write the outputs as .npz. The first line says
"ready VERSION", or "missing PACKAGE", or "error TEXT". The program has this text inside and gives it to Python with -c.
"""

import ctypes
import signal
import sys
import time

import numpy as np


def onnxruntime_peer(model, threads, inputs):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    given = by_name(inputs, [i.name for i in session.get_inputs()])
    return onnxruntime.__version__, lambda: session.run(None, given)


def openvino_peer(model, threads, inputs):
    import openvino

    core = openvino.Core()
    options = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY"}
    read = core.read_model(model)
    names = [port.any_name for port in read.inputs]
    given = by_name(inputs, names)
    read.reshape({name: list(given[name].shape) for name in names})
    request = core.compile_model(read, "CPU", {**options, "INFERENCE_PRECISION_HINT": "f32"}).create_infer_request()
    for name in names:
        request.set_tensor(name, openvino.Tensor(given[name]))

    def run():
        request.infer()
        return [request.get_output_tensor(i).data for i in range(len(read.outputs))]

    return openvino.__version__, run


def litert_peer(model, threads, inputs):
    import ai_edge_litert
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model, num_threads=threads)
    interpreter.allocate_tensors()
    asked = interpreter.get_input_details()
    given = by_name(inputs, [i["name"] for i in asked])
    results = [o["index"] for o in interpreter.get_output_details()]

    def run():
        for one in asked:
            interpreter.set_tensor(one["index"], given[one["name"]])
        interpreter.invoke()
        return [interpreter.get_tensor(index) for index in results]

    return ai_edge_litert.__version__, run


def by_name(inputs, names):
    """The arrays under the framework's names; a lone one serves a lone input."""
    if len(names) == 1 and len(inputs) == 1:
        return {names[0]: next(iter(inputs.values()))}
    return {name: inputs[name] for name in names}


PEERS = {"onnxruntime": onnxruntime_peer, "openvino": openvino_peer, "litert": litert_peer}


PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main():
    # The program halts this process between runs; it must not stay behind, halted, when the program is killed.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    name, model, threads, given, answers = sys.argv[1:6]
    try:
        with np.load(given) as arrays:
            inputs = dict(arrays)
        version, run = PEERS[name](model, int(threads), inputs)
        np.savez(answers, *[np.asarray(y) for y in run()])
    except ModuleNotFoundError as error:
        return print("missing", error.name, flush=True)
    except Exception as error:  # whatever a framework raises is told to the user
        return print("error", type(error).__name__, " ".join(str(error).split())[:500], flush=True)
    print("ready", version, flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        run()
        print(f"{time.perf_counter() - start:.9f}", flush=True)


main()
