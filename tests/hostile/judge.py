"""Runs the program on hostile cases, strictly judged.

A case is a fresh folder with files and one or more command lines, run with that folder as the current one. Each run must
  end by itself with exit status 0 or 2 (`diff` and `report`: also 1), by the case's verdict;
  when it refuses, say so in one line that names a file, what was expected and what was found (and one line `try:`);
  print no control characters;
  need at most ten seconds of processor time and 256 KiB of stack;
  need at most 256 MiB and three times the case's files of memory, `run` and `diff` besides the tensors that limits allow;
  write nothing but what the command line names, and that only on success.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent.parent
PROGRAM = Path(os.environ.get("DLAS_PROGRAM", ROOT / "build" / "dlas"))
SECONDS = 10  # of processor time; the wall is three times as far, since the machine may be busy
STACK = 256 << 10
MEMORY = 256 << 20
TENSORS = 2 << 30  # Limits::live_bytes
TYPES = {
    "f32": np.float32, "f64": np.float64, "f16": np.float16, "i8": np.int8, "i16": np.int16, "i32": np.int32,
    "i64": np.int64, "u8": np.uint8, "u16": np.uint16, "u32": np.uint32, "u64": np.uint64, "bool": np.bool_,
}  # fmt: skip


@dataclass
class Case:
    name: str
    verdict: str  # error: refused; ok: accepted; either: it must only behave
    files: dict[str, bytes] = field(default_factory=dict)
    commands: tuple[tuple[str, ...], ...] = ()
    prepare: Callable[[Path], None] | None = None  # makes what is not a plain file


@dataclass
class Ran:
    status: int
    output: bytes
    error: bytes
    seconds: float
    peak: int


class Launcher:
    """launcher.py, one for each thread."""

    of_thread = threading.local()

    def __init__(self) -> None:
        command = [sys.executable, "-I", "-S", str(Path(__file__).parent / "launcher.py")]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, task: dict) -> dict:
        self.process.stdin.write(json.dumps(task) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def execute(arguments: Iterable[str], folder: Path) -> Ran:
    if not hasattr(Launcher.of_thread, "launcher"):
        Launcher.of_thread.launcher = Launcher()
    with tempfile.NamedTemporaryFile() as output, tempfile.NamedTemporaryFile() as error:
        limits = ["prlimit", f"--stack={STACK}", f"--cpu={SECONDS + 2}", "--core=0", "--"]
        ran = Launcher.of_thread.launcher.run(
            {"arguments": [*limits, str(PROGRAM), *arguments], "folder": str(folder), "output": output.name,
             "error": error.name, "seconds": 3 * SECONDS}
        )  # fmt: skip
        return Ran(ran["status"], output.read(), error.read(), ran["seconds"], ran["peak"])


def snapshot(folder: Path) -> dict[str, tuple[int, int, int]]:
    found = {}
    for place, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(place, name)
            info = os.lstat(path)
            found[os.path.relpath(path, folder)] = (info.st_mode, info.st_size, info.st_mtime_ns)
    return found


def about_refusal(error: bytes) -> list[str]:
    lines = [line for line in error.decode("utf-8", "replace").split("\n") if line]
    fits = lines and re.fullmatch(r"dlas: .+: .*expected .+, found .+", lines[0])
    if not fits or len(lines) > 2 or (len(lines) == 2 and not lines[1].startswith("      try: ")):
        return [f"not one line with file, expected and found: {error[:400]!r}"]
    return []


def judge(ran: Ran, arguments: tuple[str, ...], verdict: str, files: int) -> list[str]:
    """What is wrong with how the program took it; empty when nothing is."""
    problems = []
    verb = arguments[0]
    accepted = (0, 1) if verb in ("diff", "report") else (0,)
    if ran.status not in (*accepted, 2):
        problems.append(f"exit {ran.status}: {ran.error[-300:]!r}")
    if verdict == "error" and ran.status in accepted:
        problems.append(f"accepted: {ran.output[:200]!r}")
    if verdict == "ok" and ran.status not in accepted:
        problems.append(f"refused: {ran.error[:300]!r}")
    if ran.status == 2:
        problems += about_refusal(ran.error)
    if any(byte < 32 and byte not in (9, 10) for byte in ran.error + ran.output):
        problems.append("control characters in the output")
    if ran.seconds > SECONDS:
        problems.append(f"{ran.seconds:.1f} s")
    most = MEMORY + 3 * files + (TENSORS if verb in ("run", "diff") else 0)
    if ran.peak > most:
        problems.append(f"a peak of {ran.peak:,} bytes, more than {most:,}")
    return problems


def inputs_for(shown: bytes) -> dict[str, np.ndarray] | None:
    """Ones for each input that `show --json` tells; nothing when one has no type that NumPy knows, or is large."""
    arrays = {}
    for value in json.loads(shown)["inputs"]:
        match = re.match(r"(\w+) \[([^\]]*)\]", value["type"])
        if not match or match[1] not in TYPES:
            return None
        sizes = [int(d) if d.isdigit() else 1 for d in match[2].split(",") if d]
        if np.prod([float(d) for d in sizes]) > 1 << 16 or not value["name"].isprintable() or len(value["name"]) > 200:
            return None
        arrays[value["name"]] = np.ones(sizes, TYPES[match[1]])
    return arrays


class Bench:
    """The folder of one case: runs command lines in it and keeps what was wrong."""

    def __init__(self, case: Case, folder: Path) -> None:
        self.case, self.folder, self.problems = case, folder, []
        self.size = sum(len(data) for data in case.files.values())
        for name, data in case.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        if case.prepare:
            case.prepare(folder)

    def check(self, arguments: tuple[str, ...], verdict: str) -> Ran:
        before = snapshot(self.folder)
        ran = execute(arguments, self.folder)
        found = judge(ran, arguments, verdict, self.size)
        if snapshot(self.folder) != before:
            found.append("files appeared, changed or vanished")
        self.problems += [f"{self.case.name}: dlas {' '.join(arguments)[:100]}: {p}" for p in found]
        return ran

    def check_model(self, model: str) -> None:
        """`show`, and when that accepts the file, `run` and `diff` on fitting inputs."""
        shown = self.check(("show", "--json", model), self.case.verdict)
        arrays = inputs_for(shown.output) if shown.status == 0 else None
        if arrays is None:
            return
        np.savez(self.folder / "x.npz", **arrays)
        self.check(("run", model, "--inputs", "x.npz"), "either")
        self.check(("diff", model, model, "--inputs", "x.npz"), "either")


# The names that generators give the model of a case.
SUFFIXES = (".onnx", ".tflite", ".h5", ".keras", ".pb", ".pth", ".pt", ".pt2", ".safetensors")


def run_case(case: Case) -> list[str]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as base:
        folder = Path(base) / "case"
        folder.mkdir()
        bench = Bench(case, folder)
        for arguments in case.commands:
            bench.check(arguments, case.verdict)
        models = [f"case{suffix}" for suffix in SUFFIXES if f"case{suffix}" in case.files]
        if not models and not case.commands:
            return [f"{case.name}: expected a model or a command, found neither"]
        for model in models:
            bench.check_model(model)
    return bench.problems


def run_all(cases: Iterable[Case]) -> list[str]:
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        return [problem for problems in pool.map(run_case, cases) for problem in problems]
