"""`dlas bench` measures in turn, tells its own noise, and takes a time of nobody who answers otherwise or is not there."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper
from support.program import PROGRAM, refuses, succeeds
from support.small_models import classifier, save


@pytest.fixture
def place(tmp_path: Path) -> Path:
    classifier(tmp_path / "a.onnx", classes=10)
    return tmp_path


def bench(place: Path, *options: object) -> dict:
    return succeeds("bench", "a.onnx", "--rounds", 5, "--json", *options, cwd=place).json()


def test_times_come_with_intervals_and_noise(place: Path) -> None:
    found = bench(place, "--threads", 1)
    assert (found["schema"], found["threads"], found["rounds"]) == ("dlas.bench/1", 1, 5)
    assert 0 < found["low_ms"] <= found["median_ms"] <= found["high_ms"]
    assert found["noise"]["low"] <= found["noise"]["ratio"] <= found["noise"]["high"]
    assert found["executor"].startswith("compiled code: ") and found["executor"].endswith("1 thread")
    assert found["warm_up"] >= 10 and found["peers"] == []


def test_memory_is_told_beside_what_is_possible(place: Path) -> None:
    found = bench(place)
    memory = found["memory"]
    assert 0 < memory["lower_bound"] <= memory["values"] <= memory["without_reuse"] + 4096
    assert found["peak_bytes"] == memory["values"] + memory["packed_weights"]


def test_a_peer_is_measured_beside_us(place: Path) -> None:
    [peer] = bench(place, "--against", "onnxruntime")["peers"]
    assert peer["name"] == "onnxruntime" and peer["version"]
    assert 0 < peer["low_ms"] <= peer["median_ms"] <= peer["high_ms"]
    assert peer["ratio_low"] <= peer["ratio"] <= peer["ratio_high"]


def test_a_peer_that_is_missing_is_told_with_the_command_that_installs_it(place: Path) -> None:
    (place / "bin").mkdir()
    (place / "lib").mkdir()
    for part in Path(np.__file__).parent.parent.glob("numpy*"):
        (place / "lib" / part.name).symlink_to(part)
    python = place / "bin/python"  # one that has NumPy alone
    python.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
    python.chmod(0o755)
    done = subprocess.run(
        [PROGRAM, "bench", "a.onnx", "--against", "openvino"],
        cwd=place,
        env=os.environ | {"DLAS_PYTHON": str(python), "PYTHONPATH": str(place / "lib")},
        capture_output=True,
        text=True,
    )
    message = f"dlas: expected the Python package openvino, found none in {python}\n      try: {python} -m pip install openvino\n"
    assert (done.returncode, done.stderr) == (2, message)


def test_a_peer_that_does_not_exist_is_told(place: Path) -> None:
    assert refuses("bench", "a.onnx", "--against", "onnxrntime", cwd=place) == (
        "dlas: expected --against litert, onnxruntime or openvino, found 'onnxrntime'"
        " (nearest: onnxruntime, openvino, litert)\n"
    )


def test_a_peer_that_refuses_the_model_has_no_time(place: Path) -> None:
    [peer] = bench(place, "--against", "litert")["peers"]
    assert "median_ms" not in peer and peer["trouble"].startswith("a.onnx: expected a model that litert runs, found ")


def test_the_profile_has_every_step_and_its_reason(place: Path) -> None:
    x = helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1, 4, 5, 5])
    y = helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1, 4, 5, 5])
    nodes = [
        helper.make_node("LpNormalization", ["x"], ["a"], "norm", axis=1),
        helper.make_node("Relu", ["a"], ["y"], "relu"),
    ]
    save(place / "a.onnx", nodes, [x], [y], {})
    found = bench(place, "--profile")
    steps = {step["node"]: step for step in found["profile"]}
    assert steps["norm"]["fallback"] == "no fast kernel for LpNormalization"
    assert steps["relu"]["fallback"] == "" and steps["relu"]["kernel"]
    assert 0 < found["fallback_share"] < 1 and found["peak_gflops"] > 0


def test_the_reference_can_be_measured_but_has_no_profile(place: Path) -> None:
    assert bench(place, "--on", "reference")["peak_bytes"] == 0
    message = refuses("bench", "a.onnx", "--on", "reference", "--profile", cwd=place)
    assert message.startswith("dlas: expected --profile together with --on compiled, found reference interpreter")
