"""Compares dlas with Keras itself: check_keras.py MODULE SUFFIX [--applications MEMBER,...] [--only TEXT]

MODULE is keras (Keras 3) or tf_keras (Keras 2), SUFFIX .h5 or .keras. Each model of support/keras_cases.py, or each member of
keras.applications, is made with random weights, saved by the framework, read and run by dlas; its outputs and the outputs of all
layers that are called once have to agree. Run by tests/keras_test.py with the Python of .venv-frameworks.
"""

import argparse
import importlib
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
from support import keras_cases

SOURCE = Path(os.environ.get("DLAS_SOURCE_DIR", Path(__file__).parent.parent))
PROGRAM = Path(os.environ.get("DLAS_PROGRAM", SOURCE / "build/dlas"))

# Both sides round float32 once a step, TensorFlow inside sums, too: 2^-24 for each of up to a few hundred terms, of either
# sign, relative to the largest value. Errors of a network add up along its depth.
ROUNDING = 2**-24 * 50
DEPTH = 12

# The smallest input of each family's first member that all its pools still have a place for.
APPLICATIONS = {
    "VGG16": 32,
    "ResNet50": 32,
    "ResNet50V2": 32,
    "InceptionV3": 75,
    "InceptionResNetV2": 75,
    "Xception": 71,
    "DenseNet121": 32,
    "MobileNet": 32,
    "MobileNetV2": 32,
    "MobileNetV3Small": 32,
    "EfficientNetB0": 32,
    "EfficientNetV2B0": 32,
    "NASNetMobile": 32,
    "ConvNeXtTiny": 32,
    "RegNetX002": 32,
    "RegNetY002": 32,
    "ResNetRS50": 32,
}


def moderate(model) -> None:
    """The initial weights, but statistics, scales and shifts that are not 0 and 1; they keep a deep network's values moderate."""
    random = np.random.default_rng(5)
    values = []
    for w in model.weights:
        value = np.asarray(w)
        if value.ndim == 1:
            value = (
                random.normal(1, 0.1, value.shape) if value.max() > 0.5 else random.normal(0, 0.1, value.shape)
            ).astype(value.dtype)
        values.append(value)
    keras_cases.set_weights(model, values)


def with_layers(keras, model):
    """The model, and one that gives the outputs of its layers, too, with their names."""
    names, tensors = [], []
    for layer in model.layers[1:]:
        if hasattr(layer, "layers"):  # a model inside has outputs of its own
            continue
        try:
            output = layer.output
        except (AttributeError, ValueError):  # called more than once, or never
            continue
        if not isinstance(output, list | tuple) and all(output is not t for t in model.inputs):
            names.append(layer.name)
            tensors.append(output)
    return names, keras.Model(model.inputs, [*model.outputs, *tensors])


def as_list(values) -> list[np.ndarray]:
    return [np.asarray(v) for v in (values if isinstance(values, list | tuple) else [values])]


def run(folder: Path, file: Path, inputs: dict, keep: list[str]) -> dict | str:
    np.savez(folder / "x.npz", **inputs)
    command = [PROGRAM, "run", file, "--inputs", folder / "x.npz", "--outputs", folder / "y.npz"]
    for name in keep:
        command += ["--keep", name]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode != 0:
        return done.stderr.replace(str(folder), "").strip()
    with np.load(folder / "y.npz") as found:
        return {name: found[name] for name in found.files}


def difference(found: np.ndarray, expected: np.ndarray, bound: float) -> str:
    if found.shape != expected.shape:
        return f"sizes {found.shape}, not {expected.shape}"
    largest = np.max(np.abs(expected)) if expected.size else 0
    off = np.max(np.abs(found - expected)) if expected.size else 0
    return "" if off <= bound * largest + 1e-30 else f"{off / largest:.2g} of the largest value"


def check(keras, model, folder: Path, suffix: str, bound: float) -> list[str]:
    random = np.random.default_rng(1)
    names = keras_cases.input_names(model)
    arrays = [random.normal(0, 1.5, (2, *t.shape[1:])).astype("float32") for t in model.inputs]
    if len(model.inputs) == 1 and model.inputs[0].shape[-1] == 3 and len(names) == 1 and len(model.layers) > 25:
        arrays = [(a[:1] * 40 + 120).astype("float32") for a in arrays]  # a picture
    layers, wide = with_layers(keras, model)
    values = as_list(wide(arrays if len(arrays) > 1 else arrays[0], training=False))
    outputs, kept = values[: len(model.outputs)], values[len(model.outputs) :]
    model.save(folder / f"m{suffix}")
    keep = [name for name in layers if "," not in name]
    found = run(folder, folder / f"m{suffix}", dict(zip(names, arrays, strict=True)), keep)
    if isinstance(found, str):
        return [found]
    problems = []
    if len(found) < len(outputs):
        problems.append(f"{len(found)} outputs, not {len(outputs)}")
    for name, expected in zip(found, outputs, strict=False):
        if what := difference(found[name], expected, bound):
            problems.append(f"output {name}: {what}")
    missing = 0
    for name, expected in zip(layers, kept, strict=True):
        if name not in found:
            missing += 1
        elif what := difference(found[name], expected, bound):
            problems.append(f"layer {name}: {what}")
    if missing > len([name for name in layers if name not in keep]) + len(model.outputs):
        problems.append(f"{missing} layers have no value")
    return problems


def models(keras, options):
    if options.applications is None:
        for case in keras_cases.cases(keras):
            if options.only in case.name:
                model = case.build()
                keras_cases.randomize(model)
                yield case.name, model, ROUNDING
        return
    for name in options.applications.split(","):
        member = getattr(keras.applications, name, None)
        if member is None:
            continue  # a family that this version of Keras has not
        size = APPLICATIONS.get(name) or next(v for k, v in APPLICATIONS.items() if name[:6] == k[:6])
        model = member(weights=None, input_shape=(size, size, 3), classes=10)
        moderate(model)
        yield name, model, ROUNDING * DEPTH


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("module")
    parser.add_argument("suffix")
    parser.add_argument("--applications")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    # Before the framework is loaded: quiet, on the processor, without kernels that add in another order.
    os.environ.update({"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "CUDA_VISIBLE_DEVICES": ""})
    warnings.filterwarnings("ignore")
    keras = importlib.import_module(options.module)
    count, wrong = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for name, model, bound in models(keras, options):
            count += 1
            problems = check(keras, model, Path(folder), options.suffix, bound)
            if problems:
                wrong += 1
                print(f"{name}: {'; '.join(problems[:5])}", flush=True)
            keras.backend.clear_session()
    print(f"{count} models, {wrong} differ")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main())
