"""What the program asks of the system: it starts nothing, opens no socket, and reads only what it was given and its own libraries.

Seen with strace, and skipped where that is missing or may not trace.
"""

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper
from support.program import PROGRAM
from support.small_models import classifier, photos

CALLS = "open,openat,openat2,creat,execve,execveat,socket,connect,fork,vfork,clone,clone3,unlink,unlinkat,mkdir,mkdirat"
# What the loader, the C library and the thread pool read.
SYSTEM = re.compile(
    r"/(lib|lib64|usr/lib|etc/ld\.so|etc/localtime|proc/self|proc/meminfo|sys/devices/system|sys/fs/cgroup|dev/null)"
)
COMMANDS = {
    "show": "show a.onnx --json --graph g.svg",
    "external": "show e/m.onnx",
    "run": "run a.onnx --data photos --recipe rgb --outputs y.csv",
    "arrays": "run a.onnx --inputs x.npz --outputs y.npz",
    "diff": "diff a.onnx a.onnx --data photos --recipe rgb --html d.html --json d.json --overlay o.json",
}
WRITTEN = {"g.svg", "y.csv", "y.npz", "d.html", "d.json", "o.json"}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    classifier(tmp_path / "a.onnx")
    photos(tmp_path / "photos", 3)
    np.savez(tmp_path / "x.npz", image=np.ones((1, 3, 8, 8), np.float32))
    (tmp_path / "secret").write_bytes(bytes(8))
    (tmp_path / "e").mkdir()
    weights = helper.make_tensor("w", TensorProto.FLOAT, [2], np.zeros(2, np.float32).tobytes(), raw=True)
    weights.ClearField("raw_data")
    weights.data_location = TensorProto.EXTERNAL
    for key, value in (("location", "inner/../../secret"), ("length", "8")):
        entry = weights.external_data.add()
        entry.key, entry.value = key, value
    kinds = [[helper.make_tensor_value_info(name, TensorProto.FLOAT, [2])] for name in "xy"]
    graph = helper.make_graph([helper.make_node("Add", ["x", "w"], ["y"], "system('id')")], "g", *kinds, [weights])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    (tmp_path / "e/m.onnx").write_bytes(model.SerializeToString())
    return tmp_path


def calls(words: list[str], place: Path) -> list[tuple[str, str]]:
    """Each call's name and its text."""
    tool = shutil.which("strace")
    if tool is None:
        pytest.skip("strace is not installed")
    if subprocess.run([tool, "-o", "/dev/null", "true"], capture_output=True).returncode != 0:
        pytest.skip("strace may not trace here")
    log = place.parent / f"{place.name}.strace"
    done = subprocess.run(
        [tool, "-f", "-qq", "-o", log, "-e", f"trace={CALLS}", PROGRAM, *words],
        cwd=place,
        capture_output=True,
        timeout=120,
    )
    assert done.returncode in (0, 1, 2), done.stderr
    found = re.findall(r"^\d+ +(\w+)\((.*)$", log.read_text(), re.M)
    assert len(found) > 5, "no evidence: nothing was traced"
    return found


@pytest.mark.parametrize("what", COMMANDS)
def test_a_command_reads_what_it_was_given_and_starts_nothing(what: str, place: Path) -> None:
    words = COMMANDS[what].split()
    found = calls(words, place)
    assert [text for name, text in found if name.startswith("exec")][1:] == [], "the first is the program itself"
    assert [text for name, text in found if name in ("socket", "connect", "fork", "vfork", "mkdir", "mkdirat")] == []
    assert [text for name, text in found if name.startswith("clone") and "CLONE_THREAD" not in text] == []
    opened = [re.search(r'"([^"]*)"', text)[1] for name, text in found if name.startswith("open")]
    own = [path for path in opened if not SYSTEM.match(path)]
    inside = {"", ".", "e", "photos", "a.onnx", "e/m.onnx", "x.npz"}
    strangers = [p for p in own if p not in inside | WRITTEN and not p.startswith("photos/")]
    assert strangers == []


def test_external_data_outside_is_not_even_opened(place: Path) -> None:
    assert not [text for name, text in calls(["show", "e/m.onnx"], place) if "secret" in text]
