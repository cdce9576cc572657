"""Files that Keras 2 and 3 wrote give the numbers that Keras gave, without Keras being installed."""

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

SOURCE = Path(os.environ.get("DLAS_SOURCE_DIR", Path(__file__).parent.parent))
PROGRAM = Path(os.environ.get("DLAS_PROGRAM", SOURCE / "build/dlas"))
FIXTURES = SOURCE / "src/model/format/keras/fixtures"

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason=f"no program {PROGRAM}")


@pytest.mark.parametrize("suffix", [".h5", ".keras"])
@pytest.mark.parametrize("name", ["keras2", "keras3"])
def test_a_file_of_keras_gives_its_numbers(name: str, suffix: str, tmp_path: Path) -> None:
    with np.load(FIXTURES / f"{name}.npz") as loaded:
        expected = {key: loaded[key] for key in loaded.files}
    np.savez(tmp_path / "x.npz", picture=expected["in:picture"])
    kept = [key.removeprefix("at:") for key in expected if key.startswith("at:")]
    command = [
        PROGRAM,
        "run",
        FIXTURES / f"{name}{suffix}",
        "--inputs",
        tmp_path / "x.npz",
        "--outputs",
        tmp_path / "y.npz",
    ]
    for value in kept:
        command += ["--keep", value]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with np.load(tmp_path / "y.npz") as found:
        outputs = [found[key] for key in found.files][:2]
        # Sums of up to 300 float32 terms of either sign, over a dozen layers.
        for value, wanted in zip(outputs, (expected["out:0"], expected["out:1"]), strict=True):
            np.testing.assert_allclose(value, wanted, rtol=0, atol=1e-5 * np.abs(wanted).max())
        for value in kept:
            wanted = expected[f"at:{value}"]
            np.testing.assert_allclose(found[value], wanted, rtol=0, atol=1e-5 * np.abs(wanted).max())


def test_layers_that_are_not_known_are_shown_and_named(tmp_path: Path) -> None:
    show = subprocess.run([PROGRAM, "show", FIXTURES / "unknown.h5"], capture_output=True, text=True)
    assert show.returncode == 0, show.stderr
    assert "Lambda: it holds code, which dlas never runs" in show.stdout
    assert "Mystery: a layer that dlas does not know" in show.stdout
    np.savez(tmp_path / "x.npz", x=np.ones((1, 4), np.float32))
    run = subprocess.run(
        [PROGRAM, "run", FIXTURES / "unknown.h5", "--inputs", tmp_path / "x.npz"], capture_output=True, text=True
    )
    assert run.returncode == 2
    assert "expected operators that dlas computes, found Lambda (1), Mystery (1)" in run.stderr
