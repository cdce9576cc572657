"""Patches in native files: the real framework loads what `dlas repair --apply` wrote, and gives the edited answers.

ONNX Runtime and LiteRT are in .venv; Keras and PyTorch are asked in environments of their own, where they are installed.
"""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from ai_edge_litert.interpreter import Interpreter
from onnx import TensorProto, helper, numpy_helper
from support.program import ROOT, refuses, succeeds

DEMO = ROOT / "demo/models"
FIXTURES = ROOT / "src/model/format"
KERAS = ROOT / ".venv-keras/bin/python"
TORCH = ROOT / ".venv-torch/bin/python"


def hash_of(path: Path) -> str:
    return succeeds("show", path, "--json").json()["content"]


def write_patch(place: Path, target: Path, edits: list[dict]) -> Path:
    patch = place / "patch.json"
    patch.write_text(
        json.dumps(
            {
                "schema": "dlas.patch/1",
                "file": target.name,
                "format": "",
                "content": hash_of(target),
                "edits": edits,
                "inverse": [],
            }
        )
    )
    return patch


def apply(place: Path, target: Path, *edits: dict) -> Path:
    fixed = place / f"fixed{target.suffix}"
    succeeds("repair", target, "--apply", write_patch(place, target, list(edits)), "-o", fixed)
    return fixed


def scale(value: str, factor: float) -> dict:
    return {
        "edit": "set_tensor",
        "value": value,
        "change": "affine",
        "axis": -1,
        "scale": [factor],
        "offset": [0],
    }


def run_onnx(path: Path, **inputs: np.ndarray) -> np.ndarray:
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"]).run(None, inputs)[0]


def run_tflite(path: Path, x: np.ndarray) -> np.ndarray:
    interpreter = Interpreter(str(path))
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], x)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


def small_onnx(path: Path, weights: onnx.TensorProto, extra: bytes = b"") -> Path:
    nodes = [
        helper.make_node("Mul", ["x", "w"], ["m"], name="mul"),
        helper.make_node("Relu", ["m"], ["y"], name="relu"),
    ]
    sizes = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [3]) for name in ("x", "y")]
    graph = helper.make_graph(nodes, "g", sizes[:1], sizes[1:], [weights], value_info=[])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    path.write_bytes(model.SerializeToString() + extra)
    return path


X = np.array([1, -2, 3], np.float32)
W = np.array([2, 3, -4], np.float32)
# A field that no version of ONNX has: number 900, bytes.
UNKNOWN = bytes([0xA2, 0x38, 3]) + b"abc"


@pytest.mark.parametrize("form", ["raw_data", "float_data"])
def test_onnx_runtime_computes_with_the_new_tensor_and_unknown_fields_stay(tmp_path: Path, form: str) -> None:
    tensor = numpy_helper.from_array(W, "w") if form == "raw_data" else helper.make_tensor("w", 1, [3], W)
    target = small_onnx(tmp_path / "a.onnx", tensor, UNKNOWN)
    fixed = apply(tmp_path, target, scale("w", -2))
    onnx.checker.check_model(str(fixed))
    assert np.array_equal(run_onnx(fixed, x=X), np.maximum(X * W * -2, 0))
    before, after = target.read_bytes(), fixed.read_bytes()
    assert after.endswith(UNKNOWN)
    differ = [i for i in range(len(before)) if before[i] != after[i]]
    assert len(before) == len(after)
    assert max(differ) - min(differ) < 12  # the three floats


def test_onnx_runtime_runs_inserted_deleted_and_rewired_nodes(tmp_path: Path) -> None:
    target = small_onnx(tmp_path / "a.onnx", numpy_helper.from_array(W, "w"))
    neg = {"edit": "insert_node", "node": "neg", "op": "Neg", "attributes": {}, "inputs": ["m"], "outputs": ["n"]}
    fixed = apply(tmp_path, target, neg | {"readers": ["relu:0"]})
    onnx.checker.check_model(str(fixed))
    assert np.array_equal(run_onnx(fixed, x=X), np.maximum(-X * W, 0))
    fixed = apply(tmp_path, target, {"edit": "delete_node", "node": "relu", "slot": 0})
    onnx.checker.check_model(str(fixed))
    assert np.array_equal(run_onnx(fixed, x=X), X * W)
    fixed = apply(tmp_path, target, {"edit": "rewire", "node": "mul", "slot": 1, "after": "x", "before": "w"})
    onnx.checker.check_model(str(fixed))
    assert np.array_equal(run_onnx(fixed, x=X), X * X)


def test_onnx_metadata_and_outputs_are_written(tmp_path: Path) -> None:
    target = small_onnx(tmp_path / "a.onnx", numpy_helper.from_array(W, "w"))
    fixed = apply(
        tmp_path,
        target,
        {"edit": "set_contract", "key": "recipe", "after": "rgb scale(1/255)"},
        {"edit": "set_outputs", "after": ["y", "m"]},
    )
    model = onnx.load(fixed)
    onnx.checker.check_model(model)
    assert [(p.key, p.value) for p in model.metadata_props] == [("dlas.recipe", "rgb scale(1/255)")]
    assert [o.name for o in model.graph.output] == ["y", "m"]


def test_the_fault_of_the_demo_is_mended_to_the_byte_and_put_back(tmp_path: Path) -> None:
    edit = {
        "edit": "set_attribute",
        "node": "depthwise_1/block1_depthwise_1/depthwise",
        "name": "pads",
        "after": [0, 0, 1, 1],
        "before": [1, 1, 0, 0],
    }
    faulty = DEMO / "depthwise_fault.onnx"
    fixed = apply(tmp_path, faulty, edit)
    assert fixed.read_bytes() == (DEMO / "depthwise.onnx").read_bytes()
    patch = json.loads((tmp_path / "patch.json").read_text())
    patch["inverse"] = [edit | {"after": [1, 1, 0, 0], "before": [0, 0, 1, 1]}]
    patch["result"] = hash_of(fixed)
    (tmp_path / "patch.json").write_text(json.dumps(patch))
    done = succeeds("repair", fixed, "--revert", tmp_path / "patch.json", "-o", tmp_path / "again.onnx")
    assert done.out.endswith("byte for byte the file that was repaired\n")
    assert (tmp_path / "again.onnx").read_bytes() == faulty.read_bytes()


def convolutions(path: Path) -> list[str]:
    layers = succeeds("show", path, "--json").json()["layers"]
    return [layer["name"] for layer in layers if layer["operator"] == "Conv"]


def test_litert_computes_with_the_new_weights_and_options(tmp_path: Path) -> None:
    target = DEMO / "depthwise_fp32.tflite"
    x = np.random.default_rng(1).random((1, 28, 28, 1), np.float32)
    edits = [
        {"edit": "set_attribute", "node": name, "name": "activation", "after": "none"}
        for name in convolutions(target)[:3]
    ]
    fixed = apply(tmp_path, target, *edits)
    np.savez(tmp_path / "x.npz", **{succeeds("show", fixed, "--json").json()["inputs"][0]["name"]: x})
    succeeds("run", fixed, "--inputs", tmp_path / "x.npz", "--outputs", tmp_path / "y.npz")
    (ours,) = np.load(tmp_path / "y.npz").values()
    theirs = run_tflite(fixed, x)
    assert not np.allclose(theirs, run_tflite(target, x), atol=1e-3)
    assert np.allclose(theirs, ours, atol=1e-4 * np.abs(ours).max())


KERAS_CODE = """
import sys, numpy as np, keras
for path in sys.argv[1:]:
    weights = {}
    if path.endswith(".h5"):  # Keras does not load its own file with a multiplication by a number
        import h5py
        with h5py.File(path) as file:
            file.visititems(lambda n, o: weights.update({n: o[()]}) if isinstance(o, h5py.Dataset) else None)
    else:
        weights = {str(i): w for i, w in enumerate(keras.models.load_model(path, compile=False).get_weights())}
    np.savez(path + ".npz", **weights)
"""


def only_weight_differs(before: Path, after: Path, factor: float) -> None:
    a, b = np.load(before), np.load(after)
    changed = [k for k in a.files if not np.array_equal(a[k], b[k])]
    assert len(changed) == 1
    assert np.array_equal(b[changed[0]], a[changed[0]] * np.float32(factor))


def in_framework(python: Path, code: str, *paths: Path) -> None:
    if not python.exists():
        pytest.skip(f"{python.relative_to(ROOT)} is not there")
    quiet = os.environ | {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    subprocess.run([python, "-c", code, *map(str, paths)], check=True, env=quiet, capture_output=True, timeout=300)


def weight_of(path: Path) -> str:
    """The largest constant of the file that stands in one piece."""
    constants = succeeds("show", path, "--json").json()["constants"]
    floats = [c for c in constants if c["type"].startswith("f32") and c.get("offset") is not None]
    return max(floats, key=lambda c: c["bytes"])["name"]


@pytest.mark.parametrize("name", ["keras3.keras", "keras3.h5"])
def test_keras_loads_the_new_weights(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    target.write_bytes((FIXTURES / "keras/fixtures" / name).read_bytes())
    fixed = apply(tmp_path, target, scale(weight_of(target), 2))
    in_framework(KERAS, KERAS_CODE, target, fixed)
    only_weight_differs(Path(f"{target}.npz"), Path(f"{fixed}.npz"), 2)


TORCH_CODE = """
import sys, numpy as np, torch
for path in sys.argv[1:]:
    if path.endswith(".pt2"):
        state = dict(torch.export.load(path).state_dict)
    elif path.endswith(".safetensors"):
        from safetensors.torch import load_file
        state = load_file(path)
    elif path.endswith(".pt"):
        state = torch.jit.load(path).state_dict()
    else:
        state = torch.load(path, weights_only=True)
        state = state.get("state_dict", state)
    np.savez(path + ".npz", **{k: v.detach().numpy() for k, v in state.items()})
"""


@pytest.mark.parametrize(
    "name", ["pictures.pt2", "pictures_state.pth", "pictures_legacy.pth", "pictures_script.pt", "pictures.safetensors"]
)
def test_torch_loads_the_new_weights(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    target.write_bytes((FIXTURES / "torch/fixtures" / name).read_bytes())
    fixed = apply(tmp_path, target, scale(weight_of(target), 2))
    in_framework(TORCH, TORCH_CODE, target, fixed)
    only_weight_differs(Path(f"{target}.npz"), Path(f"{fixed}.npz"), 2)


def test_a_patch_for_another_file_is_refused(tmp_path: Path) -> None:
    patch = write_patch(tmp_path, DEMO / "depthwise.onnx", [])
    said = refuses("repair", DEMO / "residual.onnx", "--apply", patch, "-o", tmp_path / "x.onnx")
    assert "expected the file that the patch is for" in said
    assert not (tmp_path / "x.onnx").exists()


def test_what_a_format_cannot_hold_is_refused_by_name(tmp_path: Path) -> None:
    target = DEMO / "depthwise_fp32.tflite"
    name = convolutions(target)[0]
    edit = {"edit": "set_attribute", "node": name, "name": "pads", "after": [0, 0, 1, 1]}
    patch = write_patch(tmp_path, target, [edit])
    said = refuses("repair", target, "--apply", patch, "-o", tmp_path / "x.tflite")
    assert "CONV_2D" in said
    assert name in said


@pytest.mark.parametrize("text", ["", "[", "[]", "{}", '{"schema":"dlas.patch/2"}', "[" * 1000])
def test_a_broken_patch_is_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "p.json").write_text(text)
    said = refuses("repair", DEMO / "depthwise.onnx", "--apply", tmp_path / "p.json", "-o", tmp_path / "x.onnx")
    assert said.startswith("dlas: ")
    assert said.count("\n") <= 2


FASHION = Path("/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz")


@pytest.mark.skipif(not FASHION.exists(), reason="dataset-fashion-mnist is not installed")
def test_the_fault_of_the_demo_is_found_and_repaired(tmp_path: Path) -> None:
    pictures = ("--data", FASHION, "--recipe", "gray scale(1/255) nhwc", "--images", 16, "--held-out", 100)
    fixed, patch = tmp_path / "fixed.onnx", tmp_path / "patch.json"
    models = (DEMO / "depthwise.onnx", DEMO / "depthwise_fault.onnx")
    done = succeeds("repair", *models, *pictures, "-o", fixed, "--patch", patch, "--json", "-").json()
    assert fixed.read_bytes() == (DEMO / "depthwise.onnx").read_bytes()
    assert [(edit["edit"], edit["name"], edit["after"]) for edit in done["edits"]] == [
        ("set_attribute", "pads", [0, 0, 1, 1])
    ]
    assert done["before"]["held_out"]["differ"] > 0
    assert done["after"]["held_out"]["differ"] == 0
    assert done["after"]["findings"] == []
    again = tmp_path / "again.onnx"
    succeeds("repair", fixed, "--revert", patch, "-o", again)
    assert again.read_bytes() == (DEMO / "depthwise_fault.onnx").read_bytes()


@pytest.mark.skipif(not FASHION.exists(), reason="dataset-fashion-mnist is not installed")
@pytest.mark.parametrize("target", ["depthwise_fp32.tflite", "depthwise_int8.tflite"])
def test_a_correct_conversion_is_left_alone(tmp_path: Path, target: str) -> None:
    pictures = ("--data", FASHION, "--recipe", "gray scale(1/255) nhwc", "--images", 16, "--held-out", 16)
    done = succeeds("repair", DEMO / "depthwise.onnx", DEMO / target, *pictures, "-o", tmp_path / "x.tflite")
    assert done.out == "no fault to repair\n"
    assert not (tmp_path / "x.tflite").exists()
