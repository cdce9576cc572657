"""`dlas show` says what a file holds, as text and as JSON, and lists all faults of a file at once."""

import os
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from support.program import ROOT, dlas, refuses, succeeds
from support.small_models import classifier, load, save

FIXTURES = ROOT / "src/model/format/tflite/fixtures"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return classifier(tmp_path / "a.onnx", classes=10)


def float_input(name: str, *shape: int | str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def test_the_text_holds_everything_in_a_fixed_order(model: Path) -> None:
    lines = succeeds("show", "a.onnx", cwd=model.parent).out.splitlines()
    assert lines[0].startswith("a.onnx  ONNX  ") and len(lines[0].split()[2]) == 32
    offsets = lines.pop(7)
    assert offsets.startswith("constants   3 tensors, 944 bytes, at ") and offsets.endswith(" of a.onnx")
    assert lines[1:] == [
        "input       image  f32 [batch,3,8,8]",
        "output      scores  f32 [batch,10]",
        "nodes       5",
        "parameters  236 in 944 bytes",
        "MACs        808  (with batch taken as 1)",
        # The picture and the four planes of 2x2 that the convolution makes of it.
        "activations 832 bytes at most alive at once  (with batch taken as 1)",
        "metadata    onnx.ir_version = 8",
        "metadata    onnx.opset = 17",
        "metadata    onnx.producer = small_models",
        "operators",
        "       1  Conv",
        "       1  Flatten",
        "       1  GlobalAveragePool",
        "       1  MatMul",
        "       1  Relu",
        "faults      none found",
    ]


def test_a_fixed_batch_is_not_called_assumed(tmp_path: Path) -> None:
    path = classifier(tmp_path / "a.onnx", classes=10)
    fixed = load(path)
    fixed.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 2
    path.write_bytes(fixed.SerializeToString())
    shown = succeeds("show", path, "--json").json()
    assert shown["taken_as_one"] == [] and shown["macs"] == 2 * 808


def test_the_layers_add_up_to_the_totals(model: Path) -> None:
    shown = succeeds("show", model, "--json").json()
    assert shown["schema"] == "dlas.show/1"
    assert [layer["operator"] for layer in shown["layers"]] == [
        "Conv",
        "Relu",
        "GlobalAveragePool",
        "Flatten",
        "MatMul",
    ]
    assert sum(layer["macs"] for layer in shown["layers"]) == shown["macs"] == 768 + 40
    assert [layer["parameters"] for layer in shown["layers"]] == [196, 0, 0, 0, 40]
    assert shown["parameters"] == 236
    assert shown["inputs"][0]["shape"] == ["batch", 3, 8, 8]


def test_a_constant_remembers_its_bytes(model: Path) -> None:
    content = model.read_bytes()
    constants = {c["name"]: c for c in succeeds("show", model, "--json").json()["constants"]}
    for tensor in load(model).graph.initializer:
        found = constants[tensor.name]
        assert found["file"] == str(model)
        assert content[found["offset"] : found["offset"] + found["bytes"]] == tensor.raw_data


def test_a_constant_in_another_file_remembers_that_file(tmp_path: Path) -> None:
    model = load(classifier(tmp_path / "a.onnx", classes=10))
    onnx.save_model(model, tmp_path / "b.onnx", save_as_external_data=True, location="b.bin", size_threshold=0)
    shown = succeeds("show", "b.onnx", cwd=tmp_path)
    assert "constants   3 tensors, 944 bytes, at 0 to 944 of ./b.bin\n" in shown.out


def test_nodes_are_listed_one_a_line_for_grep(model: Path) -> None:
    lines = succeeds("show", model, "--nodes").out.splitlines()
    [conv] = [line for line in lines if "Conv 'first'" in line]
    assert conv.split() == ["768", "196", "64", "Conv", "'first'", "f32", "[1,4,2,2]"]


def test_weights_are_listed_with_their_range(model: Path) -> None:
    w = next(t for t in load(model).graph.initializer if t.name == "w")
    values = onnx.numpy_helper.to_array(w)
    shown = succeeds("show", model, "--weights", "--json").json()
    found = next(c for c in shown["constants"] if c["name"] == "w")
    assert (found["least"], found["largest"]) == (values.min(), values.max())
    assert found["mean"] == pytest.approx(values.mean(dtype=np.float64), rel=1e-6)
    assert (found["nan"], found["infinite"], found["zeros"]) == (0, 0, 0)
    assert "  w  f32 [4,3,4,4]  " in succeeds("show", model, "--weights").out


def test_nan_among_the_weights_is_a_fault(tmp_path: Path) -> None:
    path = classifier(tmp_path / "a.onnx", b=np.array([0, np.nan, np.inf, 1], np.float32))
    expected = {"severity": "warning", "node": None, "text": "constant 'b' holds 1 NaN and 1 infinite numbers"}
    assert succeeds("show", path, "--weights", "--json").json()["faults"] == [expected]


def unknown_operators(path: Path) -> Path:
    nodes = [
        helper.make_node("Wobble", ["x"], ["a"], "one", domain="example"),
        helper.make_node("Relu", ["a"], ["b"], "two"),
        helper.make_node("Wobble", ["b"], ["c"], "three", domain="example"),
        helper.make_node("Jiggle", ["c"], ["y"], "four", domain="example"),
    ]
    save(path, nodes, [float_input("x", 1, 4)], [float_input("y", 1, 4)], {})
    model = load(path)
    model.graph.value_info.extend([float_input(name, 1, 4) for name in "abc"])
    path.write_bytes(model.SerializeToString())
    return path


def test_unknown_operators_do_not_stop_show(tmp_path: Path) -> None:
    path = unknown_operators(tmp_path / "a.onnx")
    shown = succeeds("show", path, "--json").json()
    assert len(shown["unknown_operators"]) == 2
    stopping = [f for f in shown["faults"] if f["severity"] == "not executable"]
    assert [f["node"] for f in stopping] == ["one", "three", "four"]
    assert shown["faults"][: len(stopping)] == stopping
    assert "unknown to dlas" in succeeds("show", path).out


def test_unknown_operators_stop_run_with_one_error_that_lists_all(tmp_path: Path) -> None:
    path = unknown_operators(tmp_path / "a.onnx")
    np.savez(tmp_path / "x.npz", x=np.ones((1, 4), np.float32))
    lines = refuses("run", path, "--inputs", tmp_path / "x.npz").splitlines()
    assert len(lines) == 2
    assert "Jiggle" in lines[0] and "Wobble" in lines[0] and "(2)" in lines[0]
    assert lines[1] == f"      try: dlas show {path}"


def two_faults(path: Path) -> Path:
    nodes = [
        helper.make_node("Relu", ["nowhere"], ["a"], "one"),
        helper.make_node("Relu", ["nothing"], ["b"], "two"),
        helper.make_node("Add", ["a", "b"], ["y"], "three"),
    ]
    return save(path, nodes, [float_input("x", 1, 4)], [float_input("y", 1, 4)], {})


def test_all_faults_of_a_file_are_in_one_list(tmp_path: Path) -> None:
    two_faults(tmp_path / "a.onnx")
    done = dlas("show", "a.onnx", cwd=tmp_path)
    assert done.status == 2
    listed = done.out.splitlines()
    assert listed[0] == "faults      2"
    assert "'nowhere'" in listed[1] and "'nothing'" in listed[2]
    assert listed[1].startswith("  error: a.onnx, byte ") and ": node 'one' (Relu): expected " in listed[1]
    assert done.err.splitlines()[0] == "dlas: " + listed[1].removeprefix("  error: ") + " (and another problem)"
    assert len(done.err.splitlines()) == 2


def test_the_json_of_a_refused_file_holds_all_faults_as_fields(tmp_path: Path) -> None:
    path = two_faults(tmp_path / "a.onnx")
    done = dlas("show", path, "--json")
    error = done.json()["error"]
    assert (done.status, done.json()["schema"], done.json()["status"]) == (2, "dlas.error/1", 2)
    assert (error["file"], error["node"], error["operator"]) == (str(path), "one", "Relu")
    assert len(error["also"]) == 1 and "'nothing'" in error["also"][0]


def test_an_input_that_nobody_reads_is_a_warning(tmp_path: Path) -> None:
    nodes = [helper.make_node("Relu", ["x"], ["y"], "one")]
    path = save(tmp_path / "a.onnx", nodes, [float_input("x", 1), float_input("z", 1)], [float_input("y", 1)], {})
    assert succeeds("show", path).out.endswith("faults      1\n  warning: input 'z' is read by no node\n")


def test_quantisation_is_counted_by_kind() -> None:
    shown = succeeds("show", FIXTURES / "conv_int8.tflite", "--json").json()
    kinds = {(k["dtype"], k["constant"], k["per_axis"]): k["values"] for k in shown["quantisation"]}
    assert kinds[("int8", True, True)] == 1 and ("int8", False, False) in kinds
    assert "quantised   " in succeeds("show", FIXTURES / "conv_int8.tflite").out


def test_metadata_of_a_tflite_file_is_told() -> None:
    shown = succeeds("show", FIXTURES / "labelled.tflite", "--json").json()
    assert shown["pictures"]["labels"] > 0 and shown["pictures"]["label_file"]
    text = succeeds("show", FIXTURES / "labelled.tflite").out
    assert "metadata    tflite.metadata.label_file = labels.txt\n" in text
    assert "metadata    tflite.metadata.mean = 127.5\n" in text


def test_names_from_a_file_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    nodes = [helper.make_node("Relu", ["x\x1b[31m"], ["y\u202e"], "one\n")]
    inputs, outputs = [float_input("x\x1b[31m", 1)], [float_input("y\u202e", 1)]
    path = save(tmp_path / "a.onnx", nodes, inputs, outputs, {})
    out = succeeds("show", path, "--nodes").out
    assert r"x\x1B[31m" in out or r"x\x1b[31m" in out
    assert "\x1b" not in out and "\u202e" not in out


SHARED = Path(os.environ.get("DLAS_SHARED", ROOT.parent / "shared")) / "data"


@pytest.mark.parametrize(
    ("model", "millions"),
    [
        ("models/mobilenet_v2_tf1_qat_uint8.tflite", 301),
        ("models/mobilenet_v2_torch_int8_nchw.tflite", 301),
        ("onnx-light/light_resnet50.onnx", 4089),
    ],
)
def test_the_work_of_known_networks_is_what_is_published(model: str, millions: int) -> None:
    if not (SHARED / model).exists():
        pytest.skip(f"no {SHARED / model}; DLAS_SHARED names the folder of real data")
    assert round(succeeds("show", SHARED / model, "--json").json()["macs"] / 1e6) == millions
