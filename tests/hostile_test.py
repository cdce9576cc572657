"""Hostile files never crash, hang, fill memory or leave files behind.

Judged strictly: exit status 0 or 2 as the case says, one line of error (and one that begins with `try:`), at most ten
seconds, peak memory at most three times the file and 256 MiB, nothing written.
"""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hostile import onnx_cases, tflite_cases

ROOT = Path(__file__).parent.parent
DLAS = Path(os.environ.get("DLAS_PROGRAM", ROOT / "build" / "dlas"))
SECONDS = 10


def judge(path: Path, verdict: str, arguments: list[str]) -> list[str]:
    """What is wrong with how the program took the file; empty when nothing is."""
    before = sorted(path.parent.iterdir())
    start = time.monotonic()
    child = subprocess.Popen(
        [DLAS, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    try:
        output, error = child.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGKILL)
        child.communicate()
        return [f"longer than {SECONDS} s"]
    problems = []
    if child.returncode not in (0, 2):
        problems.append(f"exit {child.returncode}: {error[-300:]!r}")
    if verdict == "error" and child.returncode == 0:
        problems.append(f"accepted: {output[:200]!r}")
    if verdict == "ok" and child.returncode != 0:
        problems.append(f"refused: {error[:300]!r}")
    lines = [line for line in error.decode("utf-8", "replace").splitlines() if line.strip()]
    if child.returncode == 2 and not (1 <= len(lines) <= 25 and lines[0].startswith("dlas: ")):
        problems.append(f"not an error line: {error[:300]!r}")
    if any(byte < 32 and byte not in (9, 10) for byte in error + output):
        problems.append("control characters in the output")
    if sorted(path.parent.iterdir()) != before:
        problems.append("files appeared or vanished")
    if time.monotonic() - start > SECONDS:
        problems.append("too long")
    return problems


def run_all(cases: list[tuple[str, bytes, str]], folder: Path, suffix: str) -> list[str]:
    findings = []
    path = folder / f"case{suffix}"
    for name, data, verdict in cases:
        path.write_bytes(data)
        findings += [f"{name} ({len(data)} bytes): {p}" for p in judge(path, verdict, ["show", str(path)])]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    most = 3 * max(len(data) for _, data, _ in cases) + (256 << 20)
    return findings + ([f"a peak of {peak} bytes, more than {most}"] if peak > most else [])


def test_onnx_files(tmp_path: Path) -> None:
    if not DLAS.exists():
        pytest.skip("the program is not built")
    folder = tmp_path / "models"
    folder.mkdir()
    cases = list(onnx_cases.cases(ROOT / "demo" / "models" / "depthwise.onnx", folder))
    assert len(cases) >= 400
    assert not run_all(cases, folder, ".onnx")


def test_tflite_files(tmp_path: Path) -> None:
    if not DLAS.exists():
        pytest.skip("the program is not built")
    cases = list(tflite_cases.cases())
    for name in ("depthwise_fp32.tflite", "depthwise_int8.tflite"):
        data = (ROOT / "demo" / "models" / name).read_bytes()
        cases += [(name, data, "ok")]
        cases += list(onnx_cases.truncations(name, data, 60))
        cases += list(onnx_cases.flips(name, data[:4096] + data[4096:], 60, seed=3))
    assert len(cases) >= 400
    assert not run_all(cases, tmp_path, ".tflite")


def test_special_files(tmp_path: Path) -> None:
    if not DLAS.exists():
        pytest.skip("the program is not built")
    os.mkfifo(tmp_path / "pipe.onnx")
    (tmp_path / "folder.onnx").mkdir()
    (tmp_path / "loop.onnx").symlink_to("loop.onnx")
    with open(tmp_path / "holes.onnx", "wb") as holes:
        holes.truncate(6 << 30)
    paths = [tmp_path / n for n in ("pipe.onnx", "folder.onnx", "loop.onnx", "holes.onnx", "missing.onnx")]
    for path in [*paths, Path("/dev/zero")]:
        if path.exists() or path.is_symlink() or path.name == "missing.onnx":
            problems = judge(tmp_path / "x", "error", ["show", str(path)])
            assert not problems, (path, problems)
