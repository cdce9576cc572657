"""The public interface (include/dlas) is enough for a program of somebody else's: the example, built and run."""

import os
import subprocess
from pathlib import Path

import pytest
from support.program import PROGRAM, ROOT, dlas
from support.small_models import classifier, photos, weights

EXAMPLE = PROGRAM.parent / "example_compare_models"
RECIPE = "rgb scale(1/255)"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    classifier(tmp_path / "a.onnx")
    classifier(tmp_path / "b.onnx", m=weights(1000, 4, seed=1)["m"][:, ::-1].copy())
    photos(tmp_path / "photos")
    return tmp_path


def example(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([EXAMPLE, *arguments], cwd=cwd, capture_output=True, text=True)


def test_the_example_tells_what_the_program_tells(place: Path) -> None:
    done = example("a.onnx", "b.onnx", "photos", RECIPE, cwd=place)
    told = dlas("diff", "a.onnx", "b.onnx", "--data", "photos", "--recipe", RECIPE, "--json", "-", cwd=place).json()
    top1 = told["top1"]
    assert done.returncode == 1 and done.stderr == ""
    assert done.stdout.splitlines() == [
        "a.onnx: ONNX, 4196 parameters",
        "b.onnx: ONNX, 4196 parameters",
        "different on 6 images",
        f"labels differ: {top1['rate']:.2%} (95 %: {top1['low'] * 100:.2f} to {top1['high']:.2%})".replace("%", " %")
        .replace("95  %", "95 %"),
        "first divergence: scores",
    ]  # fmt: skip


def test_the_example_ends_with_0_when_nothing_differs(place: Path) -> None:
    done = example("a.onnx", "a.onnx", "photos", RECIPE, cwd=place)
    assert (done.returncode, done.stdout.splitlines()[2]) == (0, "identical on 6 images")


def test_the_example_tells_errors_as_the_program_does(place: Path) -> None:
    for model, recipe in (("missing.onnx", RECIPE), ("a.onnx", ""), ("a.onnx", "crop(99)")):
        done = example("a.onnx", model, "photos", recipe, cwd=place)
        told = dlas("diff", "a.onnx", model, "--data", "photos", *(("--recipe", recipe) if recipe else ()), cwd=place)
        assert done.returncode == told.status == 2
        assert "dlas: " + done.stderr == told.err.splitlines(keepends=True)[0]


def test_a_program_of_somebody_elses_needs_only_the_public_headers(tmp_path: Path) -> None:
    for header in sorted((ROOT / "include/dlas").glob("*.h")):
        source = tmp_path / "alone.cpp"
        source.write_text(f"#include <dlas/{header.name}>\nint main() {{}}\n")
        compiler = os.environ.get("CXX", "c++")
        command = [compiler, "-std=c++20", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", f"-I{ROOT}/include", source]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
