"""Runs tests/check_keras.py and tests/check_tensorflow.py with the Python of .venv-keras."""

import os
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(os.environ.get("DLAS_SOURCE_DIR", Path(__file__).parents[2]))
PROGRAM = Path(os.environ.get("DLAS_PROGRAM", SOURCE / "build/dlas"))
PYTHON = SOURCE / ".venv-keras/bin/python"

needs_keras = pytest.mark.skipif(
    not PYTHON.exists() or not PROGRAM.exists(), reason="no .venv-keras: scripts/bootstrap-keras makes it"
)


def agree(module: str, suffix: str, *options: str) -> None:
    run_check("check_keras.py", module, suffix, *options)


def run_check(script: str, *options: str) -> None:
    command = [PYTHON, "-B", "-W", "ignore", SOURCE / "tests" / script, *options]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-2000:] if not done.stdout else ''}"
