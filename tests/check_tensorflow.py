"""Compares dlas with TensorFlow: check_tensorflow.py [--only TEXT] [--kind saved|frozen|session]... [--applications MEMBER,...]

Each function of support/tensorflow_cases.py is exported as a SavedModel and as a frozen graph, read and run by dlas, and has to
give what TensorFlow gives; `session` makes graphs as TensorFlow 1 did and compares every value of them. Members of
keras.applications are exported with random weights, by Keras 3 (model.export) or, with --module tf_keras, as Keras 2 saved; --layers
exports the models of support/keras_cases.py. Run by tests/tensorflow_test.py with the Python of .venv-keras.
"""

import argparse
import importlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.update({"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "CUDA_VISIBLE_DEVICES": ""})

import numpy as np
import tensorflow as tf
from check_keras import APPLICATIONS, DEPTH, moderate
from support import keras_cases, tensorflow_cases
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

SOURCE = Path(os.environ.get("DLAS_SOURCE_DIR", Path(__file__).parent.parent))
PROGRAM = Path(os.environ.get("DLAS_PROGRAM", SOURCE / "build/dlas"))

# Both sides round float32 once a step, TensorFlow inside sums, too: 2^-24 for each of up to a few tens of terms, of either
# sign, relative to the largest value.
ROUNDING = 2**-24 * 50


def arrays_for(case) -> list[np.ndarray]:
    random = np.random.default_rng(7)
    out = []
    for entry in case.inputs:
        shape, dtype = entry if isinstance(entry[1] if len(entry) > 1 else None, str) else (entry, "float32")
        shape = tuple(2 if n is None else n for n in shape)
        if dtype == "bool":
            out.append(random.integers(0, 2, shape).astype(bool))
        elif dtype.startswith("int"):
            out.append(random.integers(int(case.low), int(case.high), shape).astype(dtype))
        else:
            out.append(random.uniform(case.low, case.high, shape).astype(dtype))
    return out


def specs_for(case, arrays) -> list[tf.TensorSpec]:
    out = []
    for i, (entry, array) in enumerate(zip(case.inputs, arrays, strict=True)):
        shape = entry[0] if isinstance(entry[1] if len(entry) > 1 else None, str) else entry
        out.append(tf.TensorSpec(shape, array.dtype, name=f"x{i}"))
    return out


def run(folder: Path, file: Path, inputs: dict, *options: str) -> dict | str:
    np.savez(folder / "x.npz", **inputs)
    command = [PROGRAM, "run", file, "--inputs", folder / "x.npz", "--outputs", folder / "y.npz", *options]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode != 0:
        return done.stderr.replace(str(folder), "").strip()
    with np.load(folder / "y.npz") as found:
        return {name: found[name] for name in found.files}


def difference(found: np.ndarray, expected: np.ndarray, bound: float = ROUNDING) -> str:
    if found.shape != expected.shape:
        return f"sizes {found.shape}, not {expected.shape}"
    if found.dtype != expected.dtype:
        return f"type {found.dtype}, not {expected.dtype}"
    if expected.dtype.kind != "f" or not expected.size:
        return "" if np.array_equal(found, expected) else "other numbers"
    if expected.dtype == np.float16:
        bound = 2**-10
    largest = np.max(np.abs(expected), initial=0, where=np.isfinite(expected)).astype("float64")
    off = np.max(np.abs(found.astype("float64") - expected.astype("float64")))
    return "" if off <= bound * largest + 1e-30 else f"{off / largest if largest else off:.2g} of the largest value"


def concrete_of(case, specs):
    module = tf.Module()
    module.function = tf.function(lambda *x: case.function(*x), input_signature=specs)
    return module, module.function.get_concrete_function()


def check_saved(case, folder: Path) -> str:
    arrays = arrays_for(case)
    module, concrete = concrete_of(case, specs_for(case, arrays))
    expected = concrete(*map(tf.constant, arrays)).numpy()
    place = folder / "saved"
    tf.saved_model.save(module, str(place), signatures=concrete)
    names = sorted(concrete.structured_input_signature[1]) or [f"x{i}" for i in range(len(arrays))]
    found = run(folder, place, dict(zip(names, arrays, strict=True)))
    return found if isinstance(found, str) else difference(found["output_0"], expected)


def check_frozen(case, folder: Path) -> str:
    arrays = arrays_for(case)
    _, concrete = concrete_of(case, specs_for(case, arrays))
    expected = concrete(*map(tf.constant, arrays)).numpy()
    frozen = convert_variables_to_constants_v2(concrete)
    (folder / "frozen.pb").write_bytes(frozen.graph.as_graph_def().SerializeToString())
    names = [t.op.name for t in frozen.inputs]
    found = run(folder, folder / "frozen.pb", dict(zip(names, arrays, strict=True)))
    if isinstance(found, str):
        return found
    return difference(found[frozen.outputs[0].op.name], expected)


def check_session(case, folder: Path) -> str:
    """Every value of a graph of TensorFlow 1 that dlas has under the same name."""
    v1 = tf.compat.v1
    arrays = arrays_for(case)
    with v1.Graph().as_default() as graph, v1.Session() as session:
        places = [v1.placeholder(s.dtype, s.shape, name=s.name) for s in specs_for(case, arrays)]
        tf.identity(case.function(*places), name="answer")
        (folder / "session.pb").write_bytes(graph.as_graph_def().SerializeToString())
        nodes = [
            n.name
            for n in graph.get_operations()
            if n.type != "Placeholder" and len(n.outputs) == 1 and graph.is_fetchable(n)
        ]
        values = session.run([f"{n}:0" for n in nodes], dict(zip(places, arrays, strict=True)))
    inputs = {p.op.name: a for p, a in zip(places, arrays, strict=True)}
    answers = {n.name for n in graph.get_operations() if not any(t.consumers() for t in n.outputs)}
    keep = [option for name in nodes if "," not in name and name not in answers for option in ("--keep", name)]
    found = run(folder, folder / "session.pb", inputs, *keep)
    if isinstance(found, str):
        return found
    if "answer" not in found:
        return f"no answer among {list(found)}"
    for name, value in zip(nodes, values, strict=True):
        if name in found and (what := difference(found[name], np.asarray(value))):
            return f"{name}: {what}"
    return ""


def check_application(keras, name: str, folder: Path) -> str:
    """The SavedModel and the frozen graph of one model."""
    size = APPLICATIONS.get(name) or next(v for k, v in APPLICATIONS.items() if name[:6] == k[:6])
    model = getattr(keras.applications, name)(weights=None, input_shape=(size, size, 3), classes=10)
    moderate(model)
    picture = (np.random.default_rng(1).normal(0, 60, (2, size, size, 3)) + 120).astype("float32")
    expected = np.asarray(model(picture, training=False))
    place = folder / name
    if hasattr(model, "export"):
        model.export(str(place), verbose=False) if keras.__name__ == "keras" else model.export(str(place))
    else:
        tf.saved_model.save(model, str(place))
    loaded = tf.saved_model.load(str(place))  # which keeps the variables
    concrete = loaded.signatures["serving_default"]
    (key,) = concrete.structured_input_signature[1]
    found = run(folder, place, {key: picture})
    if isinstance(found, str):
        return found
    if what := difference(next(iter(found.values())), expected, ROUNDING * DEPTH):
        return what
    frozen = convert_variables_to_constants_v2(concrete)
    (folder / "frozen.pb").write_bytes(frozen.graph.as_graph_def().SerializeToString())
    again = run(folder, folder / "frozen.pb", {frozen.inputs[0].op.name: picture})
    if isinstance(again, str):
        return "frozen: " + again
    same = np.array_equal(next(iter(again.values())), next(iter(found.values())))
    return "" if same else "the frozen graph gives other numbers"


def check_layer(model, folder: Path) -> str:
    """A small model of Keras 3, exported."""
    random = np.random.default_rng(1)
    arrays = [random.normal(0, 1.5, (2, *t.shape[1:])).astype("float32") for t in model.inputs]
    expected = model(arrays if len(arrays) > 1 else arrays[0], training=False)
    model.export(str(folder / "layer"), verbose=False)
    signature = tf.saved_model.load(str(folder / "layer")).signatures["serving_default"].structured_input_signature[1]
    names = list(signature) if len(arrays) == 1 else [t.name for t in model.inputs]
    found = run(folder, folder / "layer", dict(zip(names, arrays, strict=True)))
    if isinstance(found, str):
        return found
    expected = expected if isinstance(expected, list | tuple) else [expected]
    wrong = (difference(found[k], np.asarray(e)) for k, e in zip(sorted(found), expected, strict=True))
    return next(filter(None, wrong), "")


def layer_models(options):
    keras = importlib.import_module("keras")
    for case in keras_cases.cases(keras):
        if options.only in case.name:
            model = case.build()
            keras_cases.randomize(model)
            yield case.name, model
            keras.backend.clear_session()


KINDS = {"saved": check_saved, "frozen": check_frozen, "session": check_session}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    parser.add_argument("--kind", action="append", choices=list(KINDS))
    parser.add_argument("--applications", default="")
    parser.add_argument("--module", default="keras")
    parser.add_argument("--layers", action="store_true")
    options = parser.parse_args()
    count, wrong = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for name in filter(None, options.applications.split(",")):
            count += 1
            problem = check_application(importlib.import_module(options.module), name, Path(folder))
            if problem:
                wrong += 1
                print(f"{options.module} {name}: {problem}", flush=True)
        for name, model in layer_models(options) if options.layers else ():
            count += 1
            problem = check_layer(model, Path(folder))
            if problem:
                wrong += 1
                print(f"layer {name}: {problem}", flush=True)
        for case in () if options.applications or options.layers else tensorflow_cases.cases():
            if options.only not in case.name:
                continue
            for kind in options.kind or KINDS:
                count += 1
                problem = KINDS[kind](case, Path(folder))
                if problem:
                    wrong += 1
                    print(f"{kind} {case.name}: {problem}", flush=True)
    print(f"{count} models, {wrong} differ")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main())
