"""Hostile files never crash, hang, fill memory or leave files behind. hostile/judge.py says what is asked of each run.

One family of cases a test; a failure names the case, the command line and what was wrong.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hostile import (
    file_cases,
    judge,
    keras_cases,
    onnx_cases,
    onnx_operator_cases,
    picture_cases,
    tensorflow_cases,
    tflite_cases,
    torch_cases,
)

MODELS = judge.ROOT / "demo" / "models"


def passed(cases: Iterable[judge.Case], at_least: int) -> None:
    if not judge.PROGRAM.exists():
        pytest.skip("the program is not built")
    cases = list(cases)
    assert len(cases) >= at_least
    problems = judge.run_all(cases)
    assert not problems, "\n".join(problems)


def models(cases: Iterable[onnx_cases.Case], suffix: str) -> Iterator[judge.Case]:
    for name, data, verdict in cases:
        yield judge.Case(name, verdict, {f"case{suffix}": data})


def external_data() -> Iterator[judge.Case]:
    for name, data, verdict in onnx_cases.external_paths():
        yield judge.Case(name, verdict, {"case.onnx": data}, prepare=onnx_cases.beside_external)


def test_onnx_files() -> None:
    passed(models(onnx_cases.cases(MODELS / "depthwise.onnx"), ".onnx"), 400)


def test_onnx_external_data() -> None:
    passed(external_data(), 15)


def test_onnx_operators() -> None:
    passed(models(onnx_operator_cases.cases(), ".onnx"), 550)


def test_tflite_files() -> None:
    cases = list(tflite_cases.cases())
    for name in ("depthwise_fp32.tflite", "depthwise_int8.tflite"):
        data = (MODELS / name).read_bytes()
        cases += [
            (name, data, "ok"),
            *onnx_cases.truncations(name, data, 60),
            *onnx_cases.flips(name, data, 60, seed=3),
        ]
    passed(models(cases, ".tflite"), 500)


def test_torch_files() -> None:
    passed(
        (judge.Case(name, verdict, {f"case{suffix}": data}) for name, data, verdict, suffix in torch_cases.cases()), 600
    )


def test_tensorflow_graphs() -> None:
    passed(models(tensorflow_cases.graphs(), ".pb"), 800)


def test_tensorflow_folders() -> None:
    passed(tensorflow_cases.saved_models(), 100)


def test_keras_files() -> None:
    cases = list(keras_cases.cases())
    zipped = [case for case in cases if case[0].startswith("zip")]
    rest = [case for case in cases if not case[0].startswith("zip")]
    passed([*models(zipped, ".keras"), *models(rest, ".h5")], 850)


def test_pictures() -> None:
    passed(picture_cases.cases(), 350)


def test_arrays_datasets_recipes_special_files() -> None:
    passed(file_cases.cases(), 500)
