"""Every value of ONNX models is what ONNX Runtime computes, within the rounding that both are allowed.

Each node is compared alone, on the same inputs: ONNX Runtime runs the whole model (graph optimisations off, every value an output), then
a model of islands, in which each node reads those values as inputs of the graph, runs in `dlas` and, for the bounds, on absolute
values in ONNX Runtime. So an error shows at the node that makes it, and the bound needs no guess about how errors spread.

The bound, with u = 2^-24 for float32 and gamma(k) = k u / (1 - k u) (Higham, Accuracy and Stability of Numerical Algorithms, 3.1):
  moved, selected    the same bits; so are one sum, difference, product or quotient, which both sides round correctly
  sums of products   gamma(n + 2) (sum |x| |w| + |b|) with n terms, whatever the order of summation
  BatchNormalization gamma(8) ((|x| + |mean|) |scale| / sqrt(var + epsilon) + |bias|)
  Softmax            y gamma(n + 16 + 2 |x - max|): n terms, exp within a few units, its argument rounded once
  LRN                |y| gamma(size + 16): the sum of squares, a power, a quotient
A value that is stored as float16 adds one unit of float16, 2^-10 |y|, and the least float16, 2^-24.
The whole run is compared as well: the relative L2 distance of each value stays below (number of nodes before it) gamma(largest n + 16).
"""

import os
import subprocess
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import helper, numpy_helper

SOURCE = Path(os.environ.get("DLAS_SOURCE_DIR", Path(__file__).parent.parent))
PROGRAM = Path(os.environ.get("DLAS_PROGRAM", SOURCE / "build/dlas"))
SHARED = Path(os.environ.get("DLAS_SHARED", SOURCE.parent / "shared"))
MODELS = [
    *(SOURCE / "demo/models" / f"{name}.onnx" for name in ("depthwise", "depthwise_fault", "residual")),
    SHARED / "data/models/squeezenet1_1_fp16.onnx",
    *(SHARED / "data/onnx-light" / f"light_{name}.onnx" for name in ("bvlc_alexnet", "inception_v1", "shufflenet")),
]
SAME_BITS = {
    *("Add", "Clip", "Concat", "ConstantOfShape", "Div", "Dropout", "Flatten", "Identity", "MaxPool", "Mul", "Relu"),
    *("Reshape", "Slice", "Squeeze", "Sub", "Transpose", "Unsqueeze"),
}
PRODUCTS = {"AveragePool", "Conv", "Gemm", "GlobalAveragePool", "MatMul", "ReduceMean"}

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason=f"no program {PROGRAM}")


def gamma(k):
    return k * 2.0**-24 / (1 - k * 2.0**-24)


def in_onnxruntime(model: onnx.ModelProto, inputs: dict) -> dict:
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, inputs), strict=True))


def in_dlas(folder: Path, model: onnx.ModelProto, inputs: dict) -> dict:
    (folder / "m.onnx").write_bytes(model.SerializeToString())
    np.savez(folder / "x.npz", **inputs)
    command = [PROGRAM, "run", folder / "m.onnx", "--inputs", folder / "x.npz", "--outputs", folder / "y.npz"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with np.load(folder / "y.npz") as arrays:
        return {name: arrays[name] for name in arrays.files}


def with_outputs(model: onnx.ModelProto, names) -> onnx.ModelProto:
    out = onnx.ModelProto()
    out.CopyFrom(model)
    del out.graph.output[:]
    out.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in names)
    return out


def islands(model: onnx.ModelProto, values: dict, operators: set[str] | None = None) -> tuple[onnx.ModelProto, dict]:
    """Each node alone: its inputs are inputs of the graph, its outputs are called `>name`; and what the inputs are."""
    out = with_outputs(model, [])
    del out.graph.node[:], out.graph.input[:], out.graph.value_info[:]
    constants = {tensor.name for tensor in model.graph.initializer}
    given: dict = {}
    for node in model.graph.node:
        if operators and node.op_type not in operators:
            continue
        given |= {name: values[name] for name in node.input if name and name not in constants}
        alone = out.graph.node.add()
        alone.CopyFrom(node)
        alone.output[:] = [">" + name for name in node.output[:1]]
        out.graph.output.append(helper.make_empty_tensor_value_info(alone.output[0]))
    for name, value in given.items():
        element = helper.np_dtype_to_tensor_dtype(value.dtype)
        out.graph.input.append(helper.make_tensor_value_info(name, element, value.shape))
    return out, given


def absolute(model: onnx.ModelProto, values: dict) -> dict:
    """The sums of products of absolute values, by output."""
    alone, given = islands(model, values, PRODUCTS)
    for tensor in alone.graph.initializer:
        array = numpy_helper.to_array(tensor)
        if array.dtype.kind == "f":
            tensor.CopyFrom(numpy_helper.from_array(np.abs(array), tensor.name))
    return in_onnxruntime(alone, {k: np.abs(v) if v.dtype.kind == "f" else v for k, v in given.items()})


def terms(node, x: np.ndarray, w: np.ndarray | None, y: np.ndarray) -> int:
    attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    match node.op_type:
        case "Conv":
            return int(np.prod(w.shape[1:])) + 1
        case "Gemm":
            return x.shape[0 if attributes.get("transA") else 1] + 1
        case "MatMul":
            return x.shape[-1]
        case "AveragePool":
            return int(np.prod(attributes["kernel_shape"]))
        case "LRN":
            return attributes["size"]
        case "Softmax":
            return x.size
        case _:
            return x.size // y.size


def bound(node, inputs: list, y: np.ndarray, sums: dict) -> np.ndarray:
    x = inputs[0].astype(np.float64)
    size = np.abs(y.astype(np.float64))
    n = terms(node, inputs[0], inputs[1] if len(inputs) > 1 else None, y)
    match node.op_type:
        case "BatchNormalization":
            scale, bias, mean, var = (v.astype(np.float64)[:, None, None] for v in inputs[1:5])
            epsilon = next((a.f for a in node.attribute if a.name == "epsilon"), 1e-5)
            return gamma(8) * ((np.abs(x) + np.abs(mean)) * np.abs(scale) / np.sqrt(var + epsilon) + np.abs(bias))
        case "Softmax":
            return size * gamma(n + 16 + 2 * np.abs(x - x.max()))
        case "LRN":
            return size * gamma(n + 16)
        case "Sum":
            return gamma(len(inputs) - 2) * sum(np.abs(v.astype(np.float64)) for v in inputs)
    assert node.op_type in PRODUCTS, f"no bound for {node.op_type}"
    return gamma(n + 2) * np.abs(sums[">" + node.output[0]].astype(np.float64))


def read(path: Path) -> onnx.ModelProto:
    model = onnx.load(path)
    constants = {tensor.name for tensor in model.graph.initializer}
    for value in [v for v in model.graph.input if v.name in constants]:
        model.graph.input.remove(value)
    model.ir_version = max(model.ir_version, 4)  # before, initialisers had to be inputs as well
    return model


def first_inputs(model: onnx.ModelProto) -> dict:
    random = np.random.default_rng(7)
    inputs = {}
    for value in model.graph.input:
        shape = [d.dim_value or 1 for d in value.type.tensor_type.shape.dim]
        dtype = helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
        inputs[value.name] = random.uniform(0, 1, shape).astype(dtype)
    return inputs


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_node_computes_what_onnxruntime_computes(path: Path, tmp_path: Path):
    if not path.exists():
        pytest.skip(f"no {path}")
    model = read(path)
    inputs = first_inputs(model)
    computed = [node.output[0] for node in model.graph.node]
    values = inputs | in_onnxruntime(with_outputs(model, computed), inputs)
    constants = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    alone, given = islands(model, values)
    found = in_dlas(tmp_path, alone, given)
    expected = in_onnxruntime(alone, given)
    sums = absolute(model, values)
    for node in model.graph.node:
        y, ours = expected[">" + node.output[0]], found[">" + node.output[0]]
        place = f"{node.op_type} {node.output[0]}"
        assert (y.dtype, y.shape) == (ours.dtype, ours.shape), place
        if node.op_type in SAME_BITS:
            np.testing.assert_array_equal(ours, y, err_msg=place)
            continue
        read_values = [(constants | values)[name] for name in node.input if name]
        most = bound(node, read_values, y, sums)
        if y.dtype == np.float16:
            most = most + 2.0**-10 * np.abs(y.astype(np.float64)) + 2.0**-24
        off = np.abs(ours.astype(np.float64) - y.astype(np.float64))
        worst = np.unravel_index(np.argmax(off - most), off.shape)
        assert off[worst] <= most[worst], (
            f"{place} {[*map(int, worst)]}: {ours[worst]} and {y[worst]}, off {off[worst]} of {most[worst]}"
        )


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_whole_run_stays_near_onnxruntime(path: Path, tmp_path: Path):
    if not path.exists():
        pytest.skip(f"no {path}")
    model = read(path)
    inputs = first_inputs(model)
    whole = with_outputs(model, [node.output[0] for node in model.graph.node])
    expected = in_onnxruntime(whole, inputs)
    found = in_dlas(tmp_path, whole, inputs)
    assert set(found) == set(expected)
    values = inputs | expected | {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    most, unit = 1, 1.0
    for place, node in enumerate(model.graph.node, 1):
        y, ours = (v[node.output[0]].astype(np.float64) for v in (expected, found))
        assert y.shape == ours.shape
        if node.op_type in PRODUCTS | {"LRN", "Softmax"}:
            read_values = [values[name] for name in node.input if name]
            most = max(most, terms(node, read_values[0], read_values[1] if len(read_values) > 1 else None, y))
        if expected[node.output[0]].dtype == np.float16:
            unit = 2.0**13
        distance = np.linalg.norm(ours - y) / max(np.linalg.norm(y), 1e-30)
        assert distance <= place * (gamma(most + 16) + (unit - 1) * 2.0**-24), f"{node.op_type} {node.output[0]}"
