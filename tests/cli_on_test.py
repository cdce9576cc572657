"""`--on` says who computes: the answers are the same up to rounding, every value can still be asked for, and what is not there is told."""

from pathlib import Path

import numpy as np
import pytest
from support.program import refuses, succeeds
from support.small_models import classifier, photos

RECIPE = ("--recipe", "rgb scale(1/255)")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    classifier(tmp_path / "a.onnx")
    photos(tmp_path / "photos")
    np.savez(tmp_path / "x.npz", image=np.random.default_rng(1).random((2, 3, 8, 8), np.float32))
    return tmp_path


def values(place: Path, on: str, *options: str) -> dict[str, np.ndarray]:
    succeeds("run", "a.onnx", "--inputs", "x.npz", "--on", on, "--outputs", f"{on[:8]}.npz", *options, cwd=place)
    with np.load(place / f"{on[:8]}.npz") as arrays:
        return dict(arrays)


@pytest.mark.parametrize(
    "on", ["compiled", "compiled:level=0", "compiled:sse41,threads=1", "compiled:level=4,-fast_math", "auto"]
)
def test_compiled_answers_are_the_references(place: Path, on: str) -> None:
    keep = ("--keep", "conv1,relu1,flat")
    oracle, found = values(place, "reference", *keep), values(place, on, *keep)
    assert oracle.keys() == found.keys() == {"scores", "conv1", "relu1", "flat"}
    for name, expected in oracle.items():
        np.testing.assert_allclose(found[name], expected, rtol=1e-5, atol=1e-6)


def test_the_executor_is_told(place: Path) -> None:
    run = succeeds(
        "run", "a.onnx", "--inputs", "x.npz", "--on", "compiled:level=1,threads=1", "--json", cwd=place
    ).json()
    assert run["executor"].startswith("compiled code: ") and run["executor"].endswith(", level 1, 1 thread")
    run = succeeds("run", "a.onnx", "--inputs", "x.npz", "--on", "reference", "--json", cwd=place).json()
    assert run["executor"].startswith("reference interpreter")


def test_a_model_beside_itself_differs_by_rounding_at_most(place: Path) -> None:
    sides = ("--on-a", "reference", "--on-b", "compiled")
    out = succeeds("diff", "a.onnx", "a.onnx", "--data", "photos", *RECIPE, *sides, "--json", "out.json", cwd=place).out
    assert out.startswith(("explained by rounding: ", "identical: "))
    text = (place / "out.json").read_text()
    assert "compiled code: " in text and "reference interpreter" in text


def test_each_side_of_a_comparison_has_its_own(place: Path) -> None:
    both = ("--on", "reference", "--on-b", "compiled:level=0")
    succeeds("diff", "a.onnx", "a.onnx", "--inputs", "x.npz", *both, "--json", "out.json", cwd=place)
    text = (place / "out.json").read_text()
    assert "level 0" in text and "reference interpreter" in text


@pytest.mark.parametrize("command", [("run", "a.onnx"), ("diff", "a.onnx", "a.onnx")])
def test_an_executor_that_does_not_exist_is_told_with_those_that_do(place: Path, command: tuple[str, ...]) -> None:
    assert refuses(*command, "--inputs", "x.npz", "--on", "compild", cwd=place) == (
        "dlas: expected one of the executors auto, reference, compiled, compiled:SETTINGS, found 'compild'"
        " (nearest: compiled, auto, reference)\n"
    )
    assert refuses(*command, "--inputs", "x.npz", "--on", "compiled:level=9", cwd=place) == (
        "dlas: expected level=0 to 4, found '9'\n"
    )
