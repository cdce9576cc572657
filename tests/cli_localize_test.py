"""`dlas localize`: findings on the demo's models, the JSON's schema, its exit status, and clear lines for what cannot be compared."""

import json
import os
import subprocess
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(os.environ["DLAS_SOURCE_DIR"])
PROGRAM = os.environ["DLAS_PROGRAM"]
MODELS = ROOT / "demo" / "models"
FASHION = Path("/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz")
RECIPE = "gray scale(1/255)"

pytestmark = pytest.mark.skipif(not FASHION.exists(), reason="Debian's dataset-fashion-mnist is not installed")


def localize(*words: str, images: int = 16) -> tuple[int, dict, str]:
    command = [PROGRAM, "localize", *words, "--data", str(FASHION), "--images", str(images), "--json", "-"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, json.loads(done.stdout), done.stderr


def pair(source: str, target: str, *words: str) -> tuple[int, dict]:
    status, result, error = localize(str(MODELS / source), str(MODELS / target), *words)
    assert status in (0, 1), error
    jsonschema.validate(result, json.loads((ROOT / "docs" / "localize.schema.json").read_text(encoding="utf-8")))
    return status, result


def test_the_faulty_node_is_named_first() -> None:
    status, result = pair("depthwise.onnx", "depthwise_fault.onnx", "--recipe", RECIPE)
    assert status == 1
    assert len(result["findings"]) == 1
    finding = result["findings"][0]
    assert finding["target_nodes"][0]["name"] == "depthwise_1/block1_depthwise_1/depthwise"
    assert finding["category"] == "layer hyperparameters"
    assert "pads" in finding["diagnosis"]
    assert finding["confirmed"]
    assert finding["recovered"] > 0.99
    assert finding["local_error"] > 1000 * finding["noise_floor"]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("depthwise.onnx", "depthwise_fp32.tflite"),
        ("depthwise.onnx", "depthwise_int8.tflite"),
        ("depthwise_int8.tflite", "depthwise.onnx"),
        ("depthwise_fp32.tflite", "depthwise_int8.tflite"),
        ("residual.onnx", "residual_fp32.tflite"),
        ("residual.onnx", "residual_int8.tflite"),
        ("residual_fp32.tflite", "residual.onnx"),
    ],
)
def test_a_right_conversion_has_no_finding(source: str, target: str) -> None:
    status, result = pair(source, target, "--recipe", RECIPE)
    assert [f["diagnosis"] for f in result["findings"]] == []
    assert status == 0
    assert result["parameters"]["alike"] == result["parameters"]["of"] == 10


def test_a_wrong_recipe_of_the_target_is_told_with_the_right_one() -> None:
    status, result = pair(
        "depthwise.onnx", "depthwise_fp32.tflite", "--recipe-a", RECIPE, "--recipe-b", "gray scale(1/127.5) shift(-1)"
    )
    assert status == 1
    assert [f["category"] for f in result["findings"]] == ["preprocessing"]
    assert not result["contract"]["inputs_fit"]
    assert result["contract"]["recipe"] == "gray scale(1/255) nhwc"


def test_a_chain_names_the_conversion_that_did_it() -> None:
    words = ("--recipe", RECIPE, "--chain", str(MODELS / "depthwise.onnx"))
    status, result = pair("depthwise_fp32.tflite", "depthwise_fault.onnx", *words)
    assert status == 1
    assert [link["findings"] for link in result["chain"]] == [0, 1]
    assert "pads" in result["chain"][1]["first"]


def test_two_models_are_not_one() -> None:
    status, _, error = localize(str(MODELS / "depthwise.onnx"), str(MODELS / "residual.onnx"), "--recipe", RECIPE)
    assert status == 2
    assert error == "dlas: these two do not compute the same function: 0 of 10 parameters match\n"


def test_the_same_bytes_for_any_number_of_threads() -> None:
    words = [str(MODELS / "depthwise.onnx"), str(MODELS / "depthwise_fault.onnx"), "--recipe", RECIPE]
    results = []
    for threads in ("1", "2", "8"):
        result = localize(*words, "--threads", threads, images=8)[1]
        result.pop("command")
        results.append(json.dumps(result))
    assert results[0] == results[1] == results[2]
