"""Runs the program as a user does."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(os.environ.get("DLAS_SOURCE_DIR", Path(__file__).parent.parent.parent))
PROGRAM = Path(os.environ.get("DLAS_PROGRAM", ROOT / "build" / "dlas"))


@dataclass
class Done:
    status: int
    out: str
    err: str

    def json(self) -> dict:
        return json.loads(self.out)


def dlas(*arguments: object, cwd: Path | None = None, seconds: float = 120) -> Done:
    done = subprocess.run(
        [PROGRAM, *map(str, arguments)],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def succeeds(*arguments: object, cwd: Path | None = None, status: int = 0) -> Done:
    done = dlas(*arguments, cwd=cwd)
    assert done.status == status, f"dlas {' '.join(map(str, arguments))}\n{done.out}{done.err}"
    return done


def refuses(*arguments: object, cwd: Path | None = None) -> str:
    """The whole message on standard error of a command that must end with 2 and print nothing else."""
    done = dlas(*arguments, cwd=cwd)
    assert done.status == 2, f"dlas {' '.join(map(str, arguments))}\n{done.out}{done.err}"
    assert done.out == ""
    return done.err
