"""Every code of docs/errors.md from a real command: exit status, the line on standard error and the fields of the JSON, whole."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper
from support.program import PROGRAM, ROOT, dlas
from support.small_models import classifier, photos, save
from writing_test import computing, slow_model

# The command, what prepares its files, the line, the fields that are not null besides code and message.
Case = tuple[str, Callable[[Path], None], str, dict]


def tensor(name: str, shape: list[int]):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def nothing(place: Path) -> None:
    pass


def small(place: Path) -> None:
    classifier(place / "a.onnx")


def with_photos(place: Path) -> None:
    classifier(place / "a.onnx", classes=7)
    photos(place / "photos", 1)


def external(place: Path) -> None:
    """Weights that lie outside the model's folder."""
    weights = helper.make_tensor("w", TensorProto.FLOAT, [2], np.zeros(2, np.float32).tobytes(), raw=True)
    weights.ClearField("raw_data")
    weights.data_location = TensorProto.EXTERNAL
    for key, value in (("location", "../secret"), ("length", "8")):
        entry = weights.external_data.add()
        entry.key, entry.value = key, value
    nodes = [helper.make_node("Add", ["x", "w"], ["y"], "n")]
    graph = helper.make_graph(nodes, "g", [tensor("x", [2])], [tensor("y", [2])], [weights])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    (place / "m.onnx").write_bytes(model.SerializeToString())


def truncated(place: Path) -> None:
    classifier(place / "a.onnx")
    (place / "a.onnx").write_bytes((place / "a.onnx").read_bytes()[:-100])


def dangling(place: Path) -> None:
    save(
        place / "m.onnx",
        [helper.make_node("Relu", ["nowhere"], ["y"], "n")],
        [tensor("x", [1])],
        [tensor("y", [1])],
        {},
    )


def mistyped(place: Path) -> None:
    nodes = [helper.make_node("MatMul", ["x", "w"], ["y"], "n")]
    weights = {"w": np.ones((3, 2), np.float32)}
    save(place / "m.onnx", nodes, [tensor("x", [1, 4])], [tensor("y", [1, 2])], weights)


def foreign(place: Path) -> None:
    graph = helper.make_graph(
        [helper.make_node("Mine", ["x"], ["y"], "n", domain="own")], "g", [tensor("x", [1])], [tensor("y", [1])]
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("own", 1)])
    model.ir_version = 8
    (place / "m.onnx").write_bytes(model.SerializeToString())
    np.save(place / "x.npy", np.ones(1, np.float32))


CASES: dict[str, Case] = {
    "usage": ("run a.onnx --json", small, "expected either --data or --inputs, found none", {}),
    "not_found": ("show m.onnx --json", nothing, "m.onnx: expected a file, found nothing there", {"file": "m.onnx"}),
    "io": (
        "show a.onnx --json --graph g.dot", small, "g.dot: expected a writable place, found File too large", {"file": "g.dot"},
    ),
    "special_file": (
        "show m.onnx --json", lambda place: os.mkfifo(place / "m.onnx"),
        "m.onnx: expected a regular file, found a FIFO", {"file": "m.onnx"},
    ),
    "containment": (
        "show m.onnx --json", external,
        "m.onnx, byte \\d+: tensor 'w': expected a relative path inside the model's folder, found \\.\\./secret \\(reading external data\\)", {"file": "m.onnx", "offset": int, "slot": "tensor 'w'"},
    ),
    "format": (
        "show m.onnx --json", lambda place: (place / "m.onnx").write_bytes(b"\xff no model"),
        "m.onnx, byte 0: expected a wire type of protocol buffers, found 7", {"file": "m.onnx", "offset": int},
    ),
    "truncated": ("show a.onnx --json", truncated, "a.onnx, byte \\d+: .*expected .+, found .+", {"file": "a.onnx", "offset": int}),
    "limit": (
        "show a.onnx --json --limit file_bytes=10", small,
        "a.onnx: expected at most 10 bytes, found \\d+ bytes", {"file": "a.onnx"},
    ),
    "graph": (
        "show m.onnx --json", dangling, "m.onnx, byte \\d+: node 'n' \\(Relu\\).*: expected .+, found .+",
        {"file": "m.onnx", "offset": int, "node": "n", "operator": "Relu"},
    ),
    "type": (
        "show m.onnx --json", mistyped, "m.onnx.*: node 'n' \\(MatMul\\), input 1 'B': expected .+, found .+",
        {"file": "m.onnx", "node": "n", "operator": "MatMul", "slot": "input 1 'B'"},
    ),
    "unsupported": (
        "run m.onnx --inputs x.npy --json", foreign,
        "m.onnx: node 'n' \\(own.Mine\\): expected operators that dlas computes, found own.Mine \\(1\\)",
        {"file": "m.onnx", "node": "n", "operator": "own.Mine", "hint": "dlas show m.onnx"},
    ),
    "mismatch": (
        "run a.onnx --data photos --recipe rgb --json", with_photos,
        "a.onnx: expected a model of 1000 or 1001 outputs for ImageNet's classes, found 7 outputs",
        {"file": "a.onnx", "hint": "name the label set in the recipe: labels\\(1000\\) or labels\\(1001\\)"},
    ),
}  # fmt: skip


def fits(found: object, wanted: object) -> bool:
    return isinstance(found, wanted) if isinstance(wanted, type) else re.fullmatch(str(wanted), str(found)) is not None


def check(out: str, err: str, code: str, status: int, line: str, fields: dict) -> None:
    told = json.loads(out)
    assert (told["schema"], told["status"]) == ("dlas.error/1", status)
    error = told["error"]
    assert set(error) == {
        "code", "message", "file", "offset", "node", "operator", "slot", "expected", "found", "hint", "also",
    }  # fmt: skip
    assert error["code"] == code
    assert re.fullmatch(line, error["message"]), error["message"]
    if "hint" not in fields and error["hint"] is not None:
        fields = fields | {"hint": ".+"}
    filled = {key for key in ("file", "offset", "node", "operator", "slot", "hint") if error[key] is not None}
    assert filled == set(fields)
    assert all(fits(error[key], wanted) for key, wanted in fields.items()), error
    first = err.splitlines()[0]
    assert first == f"dlas: {error['message']}" or code == "cancelled"


@pytest.mark.parametrize("code", CASES)
def test_a_code_comes_with_its_line_and_fields(code: str, tmp_path: Path) -> None:
    words, prepare, line, fields = CASES[code]
    prepare(tmp_path)
    before = ["prlimit", "--fsize=16", "--"] if code == "io" else []
    done = subprocess.run(
        [*before, PROGRAM, *words.split()],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    check(done.stdout, done.stderr, code, 2, line, fields)
    assert dlas(*(word for word in words.split() if word != "--json"), cwd=tmp_path).out == "" or code == "io"


def test_a_stopped_command_has_the_code_cancelled(tmp_path: Path) -> None:
    command = [PROGRAM, *slow_model(tmp_path, 500), "--json"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    computing(process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    check(out, err, "cancelled", 130, ".*stopped by the user", json.loads(out)["error"] and {"file": "slow.onnx"})


def test_every_code_but_that_of_a_bug_is_here() -> None:
    page = (ROOT / "docs/errors.md").read_text()
    codes = set(re.findall(r"^\| `(\w+)` \|", page, re.M))
    assert codes == set(CASES) | {"cancelled", "internal"}
