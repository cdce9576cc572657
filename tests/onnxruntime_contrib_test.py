"""Operators of ONNX Runtime's own domain, and files that its quantiser and optimiser write, give the bytes that it gives.

Each operator stands alone in a model: scales that make many ties, all stored values, both 8-bit types. Quantised results have to be
equal in every value, but for the operators that LOOSE names: theirs go through a function that ONNX Runtime only approximates, so
values at a rounding edge may be off by one unit. Results in floats stay within the bounds that onnxruntime_exact_test.py derives.
docs/quantised-arithmetic.md says what this rests on.
"""

import os
import subprocess
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

SOURCE = Path(os.environ.get("DLAS_SOURCE_DIR", Path(__file__).parent.parent))
PROGRAM = Path(os.environ.get("DLAS_PROGRAM", SOURCE / "build/dlas"))
LOOSE = {"QLinearSigmoid"}  # MLAS's logistic is a rational function, some units of float32 away

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason=f"no program {PROGRAM}")


def model_of(op: str, inputs: dict, output: int, attributes: dict | None = None, domain: str = "com.microsoft"):
    """One node. Inputs whose name starts with `c` are constants; None is an absent one."""
    given = {name: np.asarray(value) for name, value in inputs.items() if value is not None}
    node = helper.make_node(
        op, [n if n in given else "" for n in inputs], ["y"], "n", domain=domain, **attributes or {}
    )
    graph = helper.make_graph(
        [node],
        "g",
        [
            helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape)
            for n, v in given.items()
            if n[0] != "c"
        ],
        [helper.make_tensor_value_info("y", output, None)],
        [numpy_helper.from_array(v, n) for n, v in given.items() if n[0] == "c"],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9), {n: v for n, v in given.items() if n[0] != "c"}


def in_onnxruntime(model: onnx.ModelProto, inputs: dict) -> np.ndarray:
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, inputs)[0]


def in_dlas(folder: Path, model: onnx.ModelProto, inputs: dict) -> np.ndarray:
    (folder / "m.onnx").write_bytes(model.SerializeToString())
    np.savez(folder / "x.npz", **inputs)
    command = [PROGRAM, "run", folder / "m.onnx", "--inputs", folder / "x.npz", "--outputs", folder / "y.npz"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with np.load(folder / "y.npz") as arrays:
        return arrays["y"]


BYTES = {"uint8": (np.uint8, TensorProto.UINT8), "int8": (np.int8, TensorProto.INT8)}


def stored(random, kind, shape):
    limits = np.iinfo(kind)
    return random.integers(limits.min, limits.max + 1, shape).astype(kind)


def scales(random, n: int) -> list[np.float32]:
    """Small multiples of one number: sums, products and means of such units often end in the middle of two."""
    unit = np.float32(random.uniform(0.001, 0.1))
    return [np.float32(unit * np.float32(k)) for k in random.integers(1, 33, n)]


def pair(random, kind, a_shape, b_shape):
    sa, sb, sy = scales(random, 3)
    za, zb, zy = (stored(random, kind, ()) for _ in range(3))
    a, b = (stored(random, kind, shape) for shape in (a_shape, b_shape))
    return {"a": a, "sa": sa, "za": za, "b": b, "sb": sb, "zb": zb, "sy": sy * np.float32(2), "zy": zy}


PAIRS = {
    "same": ((1, 8, 9, 9), (1, 8, 9, 9)),
    "b_scalar": ((2, 8, 5, 5), ()),
    "a_scalar": ((1,), (2, 8, 5, 5)),
    "b_channels": ((2, 8, 5, 5), (1, 8, 1, 1)),
    "a_channels": ((8, 1, 1), (2, 8, 5, 5)),
    "b_last": ((2, 8, 40), (40,)),
    "both_grow": ((4, 1, 7), (1, 5, 7)),
    "one": ((1, 1), (1,)),
}


def cases():
    """(name, operator, output type, maker of inputs, attributes)"""
    for kind_name, (kind, output) in BYTES.items():
        for op in ("QLinearAdd", "QLinearMul"):
            for name, shapes in PAIRS.items():
                yield f"{op}_{name}_{kind_name}", op, output, lambda r, k=kind, s=shapes: pair(r, k, *s), {}

        def one(random, kind=kind, shape=(2, 5, 9, 8)):
            sx, sy = scales(random, 2)
            x = {"x": stored(random, kind, shape), "sx": sx, "zx": stored(random, kind, ())}
            return x | {"sy": sy, "zy": stored(random, kind, ())}

        window = {"kernel_shape": [3, 2], "strides": [2, 1], "pads": [1, 0, 1, 1]}
        for name, more in {
            "plain": {"kernel_shape": [2, 2]},
            "padded": window,
            "counted": window | {"count_include_pad": 1},
            "ceil": {"kernel_shape": [2, 3], "strides": [2, 3], "ceil_mode": 1},
            "whole": {"kernel_shape": [9, 8]},
            "same": {"kernel_shape": [3, 3], "auto_pad": "SAME_UPPER", "strides": [2, 2]},
        }.items():
            yield f"QLinearAveragePool_{name}_{kind_name}", "QLinearAveragePool", output, one, more
        last = window | {"channels_last": 1}
        yield f"QLinearAveragePool_last_{kind_name}", "QLinearAveragePool", output, one, last
        for name, more in {"first": {"channels_last": 0}, "last": {"channels_last": 1}}.items():
            yield f"QLinearGlobalAveragePool_{name}_{kind_name}", "QLinearGlobalAveragePool", output, one, more
        yield f"QLinearLeakyRelu_{kind_name}", "QLinearLeakyRelu", output, one, {"alpha": 0.125}
        yield f"QLinearSigmoid_{kind_name}", "QLinearSigmoid", output, one, {}

        def probabilities(random, kind=kind, shape=(3, 7, 10)):
            x = one(random, kind, shape)
            x["sx"] = np.float32(random.uniform(0.005, 0.2))
            x["sy"] = np.float32(1 / 256 if random.integers(2) else random.uniform(0.002, 0.02))
            x["zy"] = kind(np.iinfo(kind).min)
            return x

        for name, more in {
            "13": {"opset": 13},
            "axis": {"opset": 13, "axis": 1},
            "12": {"opset": 12, "axis": 1},
        }.items():
            yield f"QLinearSoftmax_{name}_{kind_name}", "QLinearSoftmax", output, probabilities, more

        def joined(random, kind=kind):
            sy, *rest = scales(random, 4)
            inputs = {"sy": sy, "zy": stored(random, kind, ())}
            for i, scale in enumerate(rest):
                x, zero = stored(random, kind, (2, 3 + i, 8)), stored(random, kind, ())
                inputs |= {f"x{i}": x, f"s{i}": sy if i == 1 else scale, f"z{i}": zero}
            return inputs | {"z1": inputs["zy"]}

        yield f"QLinearConcat_{kind_name}", "QLinearConcat", output, joined, {"axis": 1}

        def chosen(random, kind=kind):
            p = pair(random, kind, (2, 3, 8), (8,))
            return {"if": random.integers(0, 2, (2, 3, 1)).astype(bool), **p}

        yield f"QLinearWhere_{kind_name}", "QLinearWhere", output, chosen, {}

        def product(random, kind=kind, weights=np.int8, columns=False, trans=(0, 0), requantised=True):
            m, k, n = 5, 40, 6
            inputs = {"a": stored(random, kind, (k, m) if trans[0] else (m, k)), "sa": scales(random, 1)[0]}
            inputs |= {"za": stored(random, kind, ()), "cb": stored(random, weights, (n, k) if trans[1] else (k, n))}
            several = (n,) if columns else ()
            inputs["csb"] = random.uniform(0.001, 0.01, several).astype(np.float32)
            inputs["czb"] = stored(random, weights, several) if weights is np.uint8 else np.zeros(several, weights)
            inputs["cc"] = random.integers(-3000, 3000, (n,)).astype(np.int32)
            if requantised:
                inputs |= {"sy": np.float32(random.uniform(0.1, 0.5)), "zy": stored(random, kind, ())}
            return inputs

        for name, more, how in (
            ("plain", {}, {}),
            ("columns", {"transB": 1}, {"columns": True, "trans": (0, 1)}),
            ("transposed", {"transA": 1, "alpha": 0.75}, {"trans": (1, 0)}),
            ("float", {"transB": 1}, {"trans": (0, 1), "requantised": False}),
        ):
            made = TensorProto.FLOAT if name == "float" else output
            yield f"QGemm_{name}_{kind_name}", "QGemm", made, lambda r, h=how, p=product: p(r, **h), more

        def convolved(random, kind=kind, weights=np.int8):
            x = one(random, kind, (1, 9, 8, 4))
            w, s = stored(random, weights, (6, 2, 3, 3)), random.uniform(0.001, 0.01, 6).astype(np.float32)
            bias = random.integers(-999, 999, 6).astype(np.int32)
            x |= {"x": x["x"], "cw": w, "cs": s, "cz": np.zeros(6, weights), "sy": np.float32(0.4)}
            return {n: x[n] for n in ("x", "sx", "zx", "cw", "cs", "cz", "sy", "zy")} | {"cb": bias}

        more = {"channels_last": 1, "group": 2, "pads": [1, 1, 1, 1], "strides": [2, 1]}
        yield f"QLinearConv_last_{kind_name}", "QLinearConv", output, convolved, more

        # ONNX's own operator, on what a quantiser gives it.
        for place in ("half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"):
            for name, factors in {"up": (2, 3), "between": (2, 1.5), "down": (0.5, 0.5)}.items():

                def picture(random, kind=kind, factors=factors):
                    x = stored(random, kind, (2, 3, 8, 6))
                    return {"x": x, "roi": None, "cs": np.array([1, 1, *factors], np.float32)}

                more = {"mode": "linear", "coordinate_transformation_mode": place}
                yield f"Resize_{place}_{name}_{kind_name}", "Resize", output, picture, more

        def pooled(random, kind=kind):
            return {"x": stored(random, kind, (2, 9, 8, 5))}

        yield f"NhwcMaxPool_{kind_name}", "NhwcMaxPool", output, pooled, {"kernel_shape": [3, 2], "pads": [1, 0, 1, 1]}


CASES = list(cases())


@pytest.mark.parametrize(("name", "op", "output", "inputs", "attributes"), CASES, ids=[c[0] for c in CASES])
def test_an_operator_gives_the_same_bytes(name, op, output, inputs, attributes, tmp_path: Path):
    random = np.random.default_rng(int.from_bytes(name.encode()) % 2**32)
    off = total = 0
    for _ in range(6):
        model, given = model_of(op, inputs(random), output, attributes, "" if op == "Resize" else "com.microsoft")
        expected, found = in_onnxruntime(model, given), in_dlas(tmp_path, model, given)
        assert (expected.dtype, expected.shape) == (found.dtype, found.shape)
        if op in LOOSE:
            np.testing.assert_allclose(found.astype(int), expected.astype(int), rtol=0, atol=1, err_msg=str(given))
            off, total = off + np.count_nonzero(found != expected), total + found.size
        else:
            np.testing.assert_array_equal(found, expected, err_msg=str(given))
    assert off <= 0.002 * total, f"{off} of {total} values are off by one unit"


def floats(random, *shape) -> np.ndarray:
    return random.uniform(-2, 2, shape).astype(np.float32)


FUSED = {
    "FusedConv_relu": (
        "FusedConv",
        lambda r: {"x": floats(r, 1, 4, 7, 6), "cw": floats(r, 5, 4, 3, 3), "cb": floats(r, 5)},
        {"pads": [1, 1, 1, 1], "activation": "Relu"},
    ),
    "FusedConv_clip_sum": (
        "FusedConv",
        lambda r: {"x": floats(r, 1, 4, 5, 5), "cw": floats(r, 4, 1, 3, 3), "cb": floats(r, 4), "z": floats(r, 1, 4, 3, 3)},
        {"group": 4, "activation": "Clip", "activation_params": [-0.5, 1.5]},
    ),
    "FusedConv_leaky": (
        "FusedConv",
        lambda r: {"x": floats(r, 1, 2, 5, 5), "cw": floats(r, 2, 2, 1, 1)},
        {"activation": "LeakyRelu", "activation_params": [0.2]},
    ),
    "FusedConv_hard_sigmoid": (
        "FusedConv",
        lambda r: {"x": floats(r, 1, 2, 5, 5), "cw": floats(r, 2, 2, 1, 1)},
        {"activation": "HardSigmoid", "activation_params": [0.3, 0.4]},
    ),
    "FusedGemm": (
        "FusedGemm",
        lambda r: {"a": floats(r, 3, 9), "cb": floats(r, 5, 9), "cc": floats(r, 5)},
        {"transB": 1, "alpha": 0.5, "beta": 2.0, "activation": "LeakyRelu", "activation_alpha": 0.3},
    ),
    "FusedMatMul": (
        "FusedMatMul",
        lambda r: {"a": floats(r, 2, 9, 4), "b": floats(r, 2, 5, 9)},
        {"transA": 1, "transB": 1, "alpha": 0.125},
    ),
    "FusedMatMul_plain": ("FusedMatMul", lambda r: {"a": floats(r, 2, 4, 9), "b": floats(r, 9, 5)}, {}),
    "Gelu": ("Gelu", lambda r: {"x": floats(r, 3, 50)}, {}),
    "BiasGelu": ("BiasGelu", lambda r: {"x": floats(r, 3, 50), "b": floats(r, 50)}, {}),
    "FastGelu": ("FastGelu", lambda r: {"x": floats(r, 3, 50)}, {}),
    "FastGelu_bias": ("FastGelu", lambda r: {"x": floats(r, 3, 50), "b": floats(r, 50)}, {}),
    "QuickGelu": ("QuickGelu", lambda r: {"x": floats(r, 3, 50)}, {"alpha": 1.5}),
    "SkipLayerNormalization": (
        "SkipLayerNormalization",
        lambda r: {"x": floats(r, 2, 3, 16), "s": floats(r, 2, 3, 16), "cg": floats(r, 16), "cb": floats(r, 16)},
        {"epsilon": 1e-5},
    ),
    "SkipLayerNormalization_bias": (
        "SkipLayerNormalization",
        lambda r: {"x": floats(r, 2, 3, 16), "s": floats(r, 2, 3, 16)}
        | {name: floats(r, 16) for name in ("cg", "cb", "cbias")},
        {"epsilon": 1e-5},
    ),
    "SkipSimplifiedLayerNormalization": (
        "SkipSimplifiedLayerNormalization",
        lambda r: {"x": floats(r, 2, 3, 16), "s": floats(r, 2, 3, 16), "cg": floats(r, 16)},
        {"epsilon": 1e-5},
    ),
    "GridSample": (
        "GridSample",
        lambda r: {"x": floats(r, 1, 2, 6, 5), "g": floats(r, 1, 4, 4, 2)},
        {"mode": "bilinear", "padding_mode": "border", "align_corners": 1},
    ),
    "MatMulIntegerToFloat": (
        "MatMulIntegerToFloat",
        lambda r: {"a": stored(r, np.uint8, (3, 9)), "cb": stored(r, np.int8, (9, 5))}
        | {"sa": np.float32(0.03), "csb": r.uniform(0.01, 0.02, 5).astype(np.float32)}
        | {"za": np.uint8(7), "czb": np.zeros(5, np.int8), "cbias": floats(r, 5)},
        {},
    ),
    "DynamicQuantizeMatMul": (
        "DynamicQuantizeMatMul",
        lambda r: {"a": floats(r, 3, 9), "cb": stored(r, np.int8, (9, 5)), "csb": np.float32(0.02)}
        | {"czb": np.int8(0), "cbias": floats(r, 5)},
        {},
    ),
    "QuantizeLinear_16": (
        "QuantizeLinear",
        lambda r: {"x": floats(r, 3, 500), "s": np.float32(2 / 40000), "z": np.uint16(30000)},
        {},
    ),
    "DequantizeLinear_16": (
        "DequantizeLinear",
        lambda r: {"x": stored(r, np.int16, (3, 500)), "s": r.uniform(0.1, 1, 3).astype(np.float32), "z": stored(r, np.int16, 3)},
        {"axis": 0},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FUSED)
def test_a_fused_operator_computes_the_same(name: str, tmp_path: Path):
    op, inputs, attributes = FUSED[name]
    random = np.random.default_rng(3)
    model, given = model_of(op, inputs(random), TensorProto.UINT16 if name == "QuantizeLinear_16" else 1, attributes)
    expected, found = in_onnxruntime(model, given), in_dlas(tmp_path, model, given)
    assert (expected.dtype, expected.shape) == (found.dtype, found.shape)
    assert expected.min() < expected.max()
    if name.endswith("Linear_16"):
        np.testing.assert_array_equal(found, expected)
    else:  # at most 37 products of numbers below 2.5, or functions that both sides compute within a few units
        np.testing.assert_allclose(found, expected, rtol=64 * 2.0**-24, atol=64 * 2.0**-24 * 8)


FILES = [
    *(
        ("QOperator", *kinds, columns)
        for kinds in (("QUInt8", "QInt8"), ("QInt8", "QInt8"))
        for columns in (False, True)
    ),
    *(("QDQ", *kinds, columns) for kinds in (("QUInt8", "QUInt8"), ("QInt8", "QInt8")) for columns in (False, True)),
    ("dynamic", "QUInt8", "QInt8", False),
    ("dynamic", "QUInt8", "QUInt8", True),
]


class Noise:
    """What the quantiser calibrates with; also the input of the comparison."""

    def __init__(self, path: Path, seed: int = 0):
        value = onnx.load(path).graph.input[0]
        shape = [d.dim_value or 1 for d in value.type.tensor_type.shape.dim]
        random = np.random.default_rng(seed)
        self.inputs = [{value.name: random.uniform(0, 1, shape).astype(np.float32)} for _ in range(3)]
        self.left = iter(self.inputs)

    def get_next(self):
        return next(self.left, None)


def quantised(source: Path, folder: Path, form: str, activations: str, weights: str, columns: bool) -> Path:
    quantization = pytest.importorskip("onnxruntime.quantization")
    kinds = quantization.QuantType
    target = folder / "quantised.onnx"
    if form == "dynamic":
        quantization.quantize_dynamic(source, target, weight_type=kinds[weights], per_channel=columns)
    else:
        quantization.quantize_static(
            source,
            target,
            Noise(source),
            quant_format=quantization.QuantFormat[form],
            activation_type=kinds[activations],
            weight_type=kinds[weights],
            per_channel=columns,
        )
    return target


def optimised(source: Path, folder: Path) -> Path:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(folder / "optimised.onnx")
    onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    return folder / "optimised.onnx"


def every_value(path: Path, folder: Path) -> tuple[list, dict, dict]:
    model = onnx.load(path)
    names = [name for node in model.graph.node for name in node.output if name]
    del model.graph.output[:]
    model.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in names)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    inputs = Noise(path, seed=5).inputs[0]
    expected = dict(zip([o.name for o in session.get_outputs()], session.run(None, inputs), strict=True))
    (folder / "all.onnx").write_bytes(model.SerializeToString())
    np.savez(folder / "x.npz", **inputs)
    command = [PROGRAM, "run", folder / "all.onnx", "--inputs", folder / "x.npz", "--outputs", folder / "y.npz"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with np.load(folder / "y.npz") as arrays:
        return list(model.graph.node), expected, {name: arrays[name] for name in arrays.files}


@pytest.mark.parametrize("optimise", [False, True], ids=["as_written", "optimised"])
@pytest.mark.parametrize("how", FILES, ids=lambda how: "_".join(map(str, how)))
@pytest.mark.parametrize("name", ["depthwise", "residual"])
def test_every_integer_of_a_quantised_file_is_the_same(name: str, how: tuple, optimise: bool, tmp_path: Path):
    path = quantised(SOURCE / f"demo/models/{name}.onnx", tmp_path, *how)
    nodes, expected, found = every_value(optimised(path, tmp_path) if optimise else path, tmp_path)
    # Convolutions of floats, whose sums differ in the last bits, stand between the quantisations of these.
    in_floats = how[0] == "QDQ" and any(node.op_type == "Conv" for node in nodes)
    compared = 0
    for node in nodes:
        y, ours = expected[node.output[0]], found[node.output[0]]
        if y.dtype.kind not in "iu":
            continue
        compared += 1
        place = f"{node.op_type} {node.output[0]}"
        if in_floats:
            assert np.abs(ours.astype(int) - y).max() <= 2, place
            assert np.count_nonzero(ours != y) <= max(2, 0.005 * y.size), place
        else:
            np.testing.assert_array_equal(ours, y, err_msg=place)
    assert compared >= 8


@pytest.mark.parametrize("name", ["depthwise", "residual"])
def test_an_optimised_file_answers_as_the_one_before(name: str, tmp_path: Path):
    path = optimised(SOURCE / f"demo/models/{name}.onnx", tmp_path)
    assert any(node.domain == "com.microsoft" for node in onnx.load(path).graph.node)
    nodes, expected, found = every_value(path, tmp_path)
    for node in nodes:
        y, ours = expected[node.output[0]], found[node.output[0]]
        # up to 10 layers of at most 300 terms, values up to some tens
        np.testing.assert_allclose(ours, y, rtol=0, atol=3000 * 2.0**-24 * max(1, np.abs(y).max()))
