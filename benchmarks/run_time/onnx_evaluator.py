"""The reference evaluator of the onnx package: NumPy, the other plain oracle."""

import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import onnx  # noqa: E402
from onnx.reference import ReferenceEvaluator  # noqa: E402
from serve import serve  # noqa: E402


def opened(model: str):
    loaded = onnx.load(model)
    evaluator, results = ReferenceEvaluator(loaded), []
    weights = {weight.name for weight in loaded.graph.initializer}  # old files list them as inputs, too
    name = next(name for name in evaluator.input_names if name not in weights)

    def run(x):
        results[:] = evaluator.run(None, {name: x})

    return run, lambda: results[0]


serve(opened)
