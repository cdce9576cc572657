"""What is written is whole or not there: whatever stops the program, the file of that name is the old one or the new one.

The program is killed at random moments and, where strace may trace, at every system call that writes; it gets a full disk, a limit
on the size of files, and errors of every writing call. Only files that the command line names may be there afterwards.
"""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper
from support.program import PROGRAM, succeeds
from support.small_models import classifier, photos, save

# Name of the result, the command that writes it.
COMMANDS = {
    "graph": ("graph.svg", "show a.onnx --graph graph.svg"),
    "arrays": ("y.npz", "run a.onnx --inputs x.npz --outputs y.npz --keep conv1,relu1"),
    "array": ("y.npy", "run a.onnx --inputs x.npz --outputs y.npy"),
    "answers": ("y.csv", "run a.onnx --data photos --recipe rgb --outputs y.csv"),
    "record": ("d.json", "diff a.onnx b.onnx --inputs x.npz --json d.json"),
    "page": ("d.html", "diff a.onnx b.onnx --inputs x.npz --html d.html"),
    "overlay": ("o.json", "diff a.onnx b.onnx --inputs x.npz --overlay o.json"),
    "report": ("r.html", "report given.json -o r.html"),
}
WRITING = "write,pwrite64,writev,fsync,linkat,rename,renameat,renameat2,close"
OLD = b"what was there before\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    classifier(tmp_path / "a.onnx")
    classifier(tmp_path / "b.onnx")
    photos(tmp_path / "photos")
    np.savez(tmp_path / "x.npz", image=np.random.default_rng(2).normal(0, 1, (2, 3, 8, 8)).astype(np.float32))
    succeeds("diff", "a.onnx", "b.onnx", "--inputs", "x.npz", "--json", "given.json", cwd=tmp_path)
    return tmp_path


def start(words: list, place: Path, before: tuple = (), **more) -> subprocess.Popen:
    command = [*map(str, before), str(PROGRAM), *map(str, words)]
    return subprocess.Popen(
        command, cwd=place, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more
    )


def ended(words: list, place: Path, before: tuple = ()) -> tuple[int, str]:
    process = start(words, place, before)
    _, error = process.communicate(timeout=120)
    return process.returncode, error


def names(place: Path) -> set[str]:
    return {str(path.relative_to(place)) for path in place.rglob("*")}


def without_times(data: bytes) -> bytes:
    return re.sub(rb'"(median|low|high)": [0-9.e-]+', b"", data)


def traced() -> tuple[str, ...]:
    """strace, when it is there and may trace."""
    tool = shutil.which("strace")
    if tool is None:
        pytest.skip("strace is not installed")
    if subprocess.run([tool, "-o", "/dev/null", "true"], capture_output=True).returncode != 0:
        pytest.skip("strace may not trace here")
    return (tool, "-f", "-qq", "-o", "/dev/null", "-e", f"trace={WRITING}")


@pytest.mark.parametrize("what", COMMANDS)
def test_a_kill_at_every_writing_call_leaves_the_old_or_the_new_file(what: str, place: Path) -> None:
    name, words = COMMANDS[what][0], COMMANDS[what][1].split()
    tracer = traced()
    succeeds(*words, cwd=place)
    new = without_times((place / name).read_bytes())
    known, killed, states = names(place), 0, set()
    for n in range(1, 200):
        (place / name).write_bytes(OLD)
        status, _ = ended(words, place, (*tracer, "-e", f"inject={WRITING}:signal=KILL:when={n}"))
        found = (place / name).read_bytes()
        assert found == OLD or without_times(found) == new, f"killed at call {n}: neither old nor new"
        states.add(found == OLD)
        for extra in names(place) - known:  # between its temporary name and the rename
            assert extra.startswith(f"{name}."), f"killed at call {n}: {extra}"
            assert without_times((place / extra).read_bytes()) == new, f"killed at call {n}: {extra} is not whole"
            (place / extra).unlink()
        if status == 0:
            break
        killed += 1
    assert killed >= 4 and states == {True, False}, "no evidence: the calls were not reached"


@pytest.mark.parametrize("error", ["ENOSPC", "EIO", "EROFS", "EDQUOT"])
@pytest.mark.parametrize("what", ["arrays", "page"])
def test_an_error_of_any_writing_call_is_told_and_leaves_the_old_file(what: str, error: str, place: Path) -> None:
    name, words = COMMANDS[what][0], COMMANDS[what][1].split()
    tracer = traced()
    succeeds(*words, cwd=place)
    known, refused = names(place), 0
    for call in ("write", "fsync", "linkat", "rename"):
        (place / name).write_bytes(OLD)
        injected = (*tracer, "-e", f"inject={call}:error={error}:when=1")
        status, message = ended(words, place, injected)
        assert names(place) == known, call
        if status == 0:  # a call that is not used, or the flush of a folder, which changes nothing
            continue
        refused += 1
        assert status == 2, (call, message)
        assert re.fullmatch(rf"dlas: {name}: expected a writable place, found .+\n", message), (call, message)
        assert (place / name).read_bytes() == OLD
    assert refused >= 3


def test_kills_at_random_moments_leave_the_old_or_the_new_file(place: Path) -> None:
    """A file of some megabytes, so that writing takes a part of the time."""
    nodes = [helper.make_node("Expand", ["x", "shape"], ["y"], "grow")]
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1])]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1500, 1500])]
    save(place / "big.onnx", nodes, inputs, outputs, {"shape": np.array([1500, 1500], np.int64)})
    np.savez(place / "one.npz", x=np.ones((1, 1), np.float32))
    words = ["run", "big.onnx", "--inputs", "one.npz", "--outputs", "big.npz"]
    began = time.perf_counter()
    succeeds(*words, cwd=place)
    whole, new = time.perf_counter() - began, (place / "big.npz").read_bytes()
    known, moments = names(place), random.Random(7)
    for i in range(60):
        (place / "big.npz").write_bytes(OLD)
        process = start(words, place)
        time.sleep(moments.uniform(0, 1.2 * whole))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert (place / "big.npz").read_bytes() in (OLD, new), f"kill {i}"
        for extra in names(place) - known:
            assert (place / extra).read_bytes() == new, f"kill {i}: {extra} is not whole"
            (place / extra).unlink()


@pytest.mark.parametrize("what", COMMANDS)
def test_a_limit_on_the_size_of_files_is_told(what: str, place: Path) -> None:
    name, words = COMMANDS[what][0], COMMANDS[what][1].split()
    known = names(place)
    status, message = ended(words, place, ("prlimit", "--fsize=16", "--"))
    assert (status, message) == (2, f"dlas: {name}: expected a writable place, found File too large\n")
    assert names(place) == known


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB with 4 KiB left."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small file system")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("this system lets nobody mount")
    (disk / "ballast").write_bytes(bytes(60 << 10))
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_full_disk_is_told_and_keeps_what_was_there(place: Path, full_disk: Path) -> None:
    old = full_disk / "y.npz"
    old.write_bytes(OLD)
    words = ["run", "a.onnx", "--inputs", "x.npz", "--outputs", old]
    status, message = ended(words, place)
    assert status == 2
    assert message == f"dlas: {old}: expected a writable place, found No space left on device\n"
    assert old.read_bytes() == OLD
    assert names(full_disk) == {"ballast", "y.npz"}


def slow_model(place: Path, nodes: int) -> list[str]:
    """Convolutions that take minutes: one alone, or many short ones."""
    chain = [
        helper.make_node("Conv", [f"v{i}", "w"], [f"v{i + 1}"], f"conv{i}", pads=[1, 1, 1, 1]) for i in range(nodes)
    ]
    side = 1000 if nodes == 1 else 96
    kind = [1, 32, side, side]
    inputs = [helper.make_tensor_value_info("v0", TensorProto.FLOAT, kind)]
    outputs = [helper.make_tensor_value_info(f"v{nodes}", TensorProto.FLOAT, kind)]
    weights = np.full((32, 32, 3, 3), 1 / 288, np.float32)
    save(place / "slow.onnx", chain, inputs, outputs, {"w": weights})
    np.savez(place / "in.npz", v0=np.ones(kind, np.float32))
    return ["run", "slow.onnx", "--inputs", "in.npz", "--outputs", "out.npz", "--on", "reference"]


def computing(process: subprocess.Popen, seconds: float = 0.4) -> None:
    """Waits until the process has used that much processor time."""
    while process.poll() is None:
        fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        if int(fields[11]) / os.sysconf("SC_CLK_TCK") > seconds:
            return
        time.sleep(0.02)


@pytest.mark.parametrize("nodes", [1, 500])
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_ends_at_once_and_writes_nothing(nodes: int, sign: signal.Signals, place: Path) -> None:
    words = slow_model(place, nodes)
    known = names(place)
    process = start(words, place)
    computing(process)
    process.send_signal(sign)
    out, error = process.communicate(timeout=15)  # the run would take minutes
    assert (process.returncode, out, error) == (130, "", "dlas: stopped by the user\n")
    assert names(place) == known


@pytest.mark.parametrize("nodes", [1, 500])
def test_a_stopped_run_says_so_as_json(nodes: int, place: Path) -> None:
    process = start([*slow_model(place, nodes), "--json"], place)
    computing(process)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=15)
    told = json.loads(out)
    assert (told["schema"], told["status"], told["error"]["code"]) == ("dlas.error/1", 130, "cancelled")


def test_a_stopped_comparison_leaves_its_old_files(place: Path) -> None:
    slow_model(place, 500)
    for name in ("d.json", "d.html"):
        (place / name).write_bytes(OLD)
    words = ["diff", "slow.onnx", "slow.onnx", "--inputs", "in.npz", "--json", "d.json", "--html", "d.html"]
    process = start([*words, "--on", "reference"], place)
    computing(process)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=15)
    assert (process.returncode, error) == (130, "dlas: stopped by the user\n")
    assert {(place / name).read_bytes() for name in ("d.json", "d.html")} == {OLD}
