"""What `dlas convert` writes loads in the real framework and gives the same answers."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from support.program import ROOT, refuses, succeeds
from support.shared import shared_models

DEMO = ROOT / "demo/models"
TFLITE = [
    *(DEMO / f"{net}_{kind}.tflite" for net in ("depthwise", "residual") for kind in ("fp32", "int8")),
    *shared_models("*.tflite"),
]
ONNX = [*(DEMO / f"{net}.onnx" for net in ("depthwise", "residual")), *shared_models("*.onnx")]


def in_onnxruntime(path: Path, inputs: list[np.ndarray]) -> list[np.ndarray]:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # Exact rules for quantised nodes: the optimiser swaps them for kernels of its own rounding.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return session.run(None, {given.name: x for given, x in zip(session.get_inputs(), inputs, strict=True)})


def in_litert(path: Path, inputs: list[np.ndarray]) -> list[np.ndarray]:
    interpreter = Interpreter(str(path), experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
    interpreter.allocate_tensors()
    for given, x in zip(interpreter.get_input_details(), inputs, strict=True):
        interpreter.set_tensor(given["index"], x)
    interpreter.invoke()
    return [interpreter.get_tensor(o["index"]) for o in interpreter.get_output_details()]


def inputs_of(path: Path) -> list[np.ndarray]:
    """Smooth pictures, as a network is used to: a wave in each channel, over the whole range of the type."""
    random = np.random.default_rng(5)
    interpreter = Interpreter(str(path))
    out = []
    for given in interpreter.get_input_details():
        shape = given["shape"]
        axes = np.meshgrid(*(np.linspace(0, 1, n) for n in shape), indexing="ij")
        wave = sum(np.sin(2 * np.pi * (random.uniform(0, 2) * a + random.uniform())) for a in axes) / len(axes)
        if np.issubdtype(given["dtype"], np.integer):
            low, high = np.iinfo(given["dtype"]).min, np.iinfo(given["dtype"]).max
            out.append(np.round(low + (wave + 1) / 2 * (high - low)).astype(given["dtype"]))
        else:
            out.append(wave.astype(given["dtype"]))
    return out


def in_dlas(path: Path, inputs: list[np.ndarray], folder: Path) -> list[np.ndarray]:
    names = [given.name for given in onnx.load(path).graph.input]
    np.savez(folder / "in.npz", **dict(zip(names, inputs, strict=True)))
    succeeds("run", path, "--inputs", folder / "in.npz", "--outputs", folder / "out.npz")
    with np.load(folder / "out.npz") as outputs:
        return [outputs[name.name] for name in onnx.load(path).graph.output]


@pytest.mark.parametrize("opset", [13, 17, 21, 28])
@pytest.mark.parametrize("path", TFLITE, ids=lambda p: p.stem)
def test_a_tflite_file_becomes_an_onnx_file_with_its_answers(path: Path, opset: int, tmp_path: Path) -> None:
    """Floats: ONNX Runtime on the file written is LiteRT on the file read. Quantised files: the command's own check tells that both
    compute the same up to quantisation; here, that ONNX Runtime takes the integers of the file as dlas does."""
    written = tmp_path / "out.onnx"
    succeeds("convert", path, "-o", written, "--opset", opset, "--probes", 1)
    onnx.checker.check_model(onnx.load(written), full_check=True)
    if opset > 23:  # ONNX Runtime reads no newer one yet
        return
    inputs = inputs_of(path)
    found = in_onnxruntime(written, inputs)
    quantised = any(np.issubdtype(x.dtype, np.integer) for x in found)
    expected = in_dlas(written, inputs, tmp_path) if quantised else in_litert(path, inputs)
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.dtype == theirs.dtype and ours.shape == theirs.shape
        if quantised:  # a sum between two integers may round to either; later layers pass that on
            assert np.abs(ours.astype(int) - theirs.astype(int)).mean() <= 3
        else:
            np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5 * np.abs(theirs).max())


@pytest.mark.parametrize("opset", [13, 17, 21])
@pytest.mark.parametrize("path", ONNX, ids=lambda p: p.stem)
def test_an_onnx_file_of_another_opset_has_the_same_answers(path: Path, opset: int, tmp_path: Path) -> None:
    succeeds("convert", path, "-o", tmp_path / "out.onnx", "--opset", opset, "--probes", 0)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    given = session.get_inputs()[0]
    shape = [n if isinstance(n, int) else 1 for n in given.shape]
    dtype = np.float16 if "float16" in given.type else np.float32
    x = np.random.default_rng(6).normal(0, 1, shape).astype(dtype)
    assert onnx.load(tmp_path / "out.onnx").opset_import[0].version == opset
    for ours, theirs in zip(in_onnxruntime(tmp_path / "out.onnx", [x]), in_onnxruntime(path, [x]), strict=True):
        unit = float(np.finfo(dtype).eps)
        np.testing.assert_allclose(ours, theirs, rtol=100 * unit, atol=10 * unit * float(np.abs(theirs).max()))


def test_the_layout_of_inputs_is_kept_or_that_of_the_format(tmp_path: Path) -> None:
    model = DEMO / "depthwise_fp32.tflite"
    sizes, readers = {}, {}
    for keep in ("yes", "no"):
        succeeds("convert", model, "-o", tmp_path / f"{keep}.onnx", "--keep-io-layout", keep)
        graph = onnx.load(tmp_path / f"{keep}.onnx").graph
        sizes[keep] = [d.dim_value for d in graph.input[0].type.tensor_type.shape.dim]
        readers[keep] = {n.op_type for n in graph.node if graph.input[0].name in n.input}
    assert sizes == {"yes": [1, 28, 28, 1], "no": [1, 1, 28, 28]}
    assert readers == {"yes": {"Transpose"}, "no": {"Conv"}}


def test_a_picture_as_wide_as_it_has_channels_is_turned_too(tmp_path: Path) -> None:
    """[1, 4, 4, 4] stays [1, 4, 4, 4] in either layout; the check must know which it is."""
    weight = np.random.default_rng(3).normal(0, 1, (5, 4, 3, 3)).astype(np.float32)
    nodes = [
        onnx.helper.make_node("Transpose", ["x"], ["t"], perm=[0, 3, 1, 2]),
        onnx.helper.make_node("Conv", ["t", "w"], ["y"]),
    ]
    value = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        nodes, "g", [value("x", 1, [1, 4, 4, 4])], [value("y", 1, None)], [onnx.numpy_helper.from_array(weight, "w")]
    )
    onnx.save(onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)]), tmp_path / "a.onnx")
    done = succeeds("convert", "a.onnx", "-o", "b.onnx", "--keep-io-layout", "no", cwd=tmp_path)
    assert done.out.splitlines()[-1] == "check       identical  (3 random inputs)"
    assert "Transpose" not in {n.op_type for n in onnx.load(tmp_path / "b.onnx").graph.node}


def test_the_same_model_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        succeeds("convert", DEMO / "residual_int8.tflite", "-o", tmp_path / f"{name}.onnx", "--probes", 0)
    assert (tmp_path / "a.onnx").read_bytes() == (tmp_path / "b.onnx").read_bytes()


def test_the_report_is_there_for_people_and_for_programs(tmp_path: Path) -> None:
    done = succeeds("convert", DEMO / "residual_fp32.tflite", "-o", tmp_path / "out.onnx")
    assert done.out.splitlines()[-1] == "check       identical  (3 random inputs)"
    record = succeeds("convert", DEMO / "residual_fp32.tflite", "-o", tmp_path / "out.onnx", "--json").json()
    assert record["schema"] == "dlas.convert/1"
    assert record["bytes"] == (tmp_path / "out.onnx").stat().st_size
    assert record["check"]["verdict"] == "identical"


def test_what_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    model = DEMO / "residual.onnx"
    assert refuses("convert", model, "-o", "out.xyz", cwd=tmp_path) == (
        f"dlas: {model}: expected a name that ends in .onnx, found out.xyz\n"
    )
    assert refuses("convert", model, "-o", "out.onnx", "--opset", 12, cwd=tmp_path) == (
        f"dlas: {model}: expected an opset from 13 to 28, found 12\n"
    )
    assert not list(tmp_path.iterdir())
