"""Each limit holds exactly: what needs n of it is taken when the limit is n, and refused, with that code, when it is n - 1.

The need of each case is counted here from how the file was made, not asked from the program.
"""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from PIL import Image
from support.program import dlas, succeeds
from support.small_models import classifier, photos, save

Case = tuple[int, list[str]]  # what is needed, and the command line that needs it


def tensor(name: str, shape: list[int]):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def nodes(place: Path) -> Case:
    chain = [helper.make_node("Relu", [f"v{i}"], [f"v{i + 1}"]) for i in range(7)]
    save(place / "m.onnx", chain, [tensor("v0", [1])], [tensor("v7", [1])], {})
    return 7, ["show", "m.onnx"]


def name_bytes(place: Path) -> Case:
    name = "n" * 300
    save(place / "m.onnx", [helper.make_node("Relu", ["x"], [name])], [tensor("x", [1])], [tensor(name, [1])], {})
    return 300, ["show", "m.onnx"]


def rank(place: Path) -> Case:
    shape = [1] * 7
    save(place / "m.onnx", [helper.make_node("Relu", ["x"], ["y"])], [tensor("x", shape)], [tensor("y", shape)], {})
    return 7, ["show", "m.onnx"]


def file_bytes(place: Path) -> Case:
    classifier(place / "m.onnx")
    return (place / "m.onnx").stat().st_size, ["show", "m.onnx"]


def subgraph_depth(place: Path) -> Case:
    """An If in an If in an If, with conditions that are not known before it runs."""

    def branch(depth: int) -> onnx.GraphProto:
        inner = (
            helper.make_node("Relu", ["x"], [f"out{depth}"])
            if depth == 0
            else helper.make_node(
                "If", ["c"], [f"out{depth}"], then_branch=branch(depth - 1), else_branch=branch(depth - 1)
            )
        )
        return helper.make_graph([inner], f"g{depth}", [], [tensor(f"out{depth}", [1])])

    top = helper.make_node("If", ["c"], ["y"], then_branch=branch(2), else_branch=branch(2))
    condition = helper.make_tensor_value_info("c", TensorProto.BOOL, [])
    save(place / "m.onnx", [top], [tensor("x", [1]), condition], [tensor("y", [1])], {})
    return 4, ["show", "m.onnx"]  # the model's own graph counts


def with_picture(place: Path, save_as: Callable[[Path], None]) -> list[str]:
    classifier(place / "m.onnx")
    save_as(place / "x.bin")
    return ["run", "m.onnx", "--data", "x.bin", "--recipe", "rgb scale(1/255)"]


def image_pixels(place: Path) -> Case:
    return 64, with_picture(place, lambda path: Image.new("RGB", (8, 8), "red").save(path, "png"))


def image_file_bytes(place: Path) -> Case:
    words = with_picture(place, lambda path: Image.new("RGB", (8, 8), "red").save(path, "png"))
    return (place / "x.bin").stat().st_size, words


def jpeg_scans(place: Path) -> Case:
    words = with_picture(place, lambda path: Image.new("RGB", (8, 8), "red").save(path, "jpeg", progressive=True))
    scans = (place / "x.bin").read_bytes().count(b"\xff\xda")
    assert scans > 3
    return scans, words


def dataset_files(place: Path) -> Case:
    classifier(place / "m.onnx")
    photos(place / "photos", 5)
    return 5, ["run", "m.onnx", "--data", "photos", "--recipe", "rgb scale(1/255)"]


def inflated_bytes(place: Path) -> Case:
    classifier(place / "m.onnx")
    array = io.BytesIO()
    np.save(array, np.zeros((1, 3, 8, 8), np.float32))
    with zipfile.ZipFile(place / "x.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("image.npy", array.getvalue())
    return len(array.getvalue()), ["run", "m.onnx", "--inputs", "x.npz"]


def text_bytes(place: Path) -> Case:
    classifier(place / "m.onnx")
    photos(place / "photos", 1)
    (place / "names.txt").write_text("".join(f"class {i}\n" for i in range(1000)))
    words = ["run", "m.onnx", "--data", "photos", "--recipe", "rgb", "--labels", "names.txt"]
    return (place / "names.txt").stat().st_size, words


def json_depth(place: Path) -> Case:
    """A record with a list of lists in a field that no page shows."""
    classifier(place / "a.onnx")
    np.savez(place / "x.npz", image=np.zeros((1, 3, 8, 8), np.float32))
    record = succeeds("diff", "a.onnx", "a.onnx", "--inputs", "x.npz", "--json", "-", cwd=place).json()
    (place / "d.json").write_text(json.dumps(record)[:-1] + ', "more": ' + "[" * 20 + "]" * 20 + "}")
    return 21, ["report", "d.json", "-o", "d.html"]


def operations(place: Path) -> Case:
    """A matrix product of 2 x 3 and 3 x 5: 30 multiply-adds."""
    product = [helper.make_node("MatMul", ["x", "w"], ["y"])]
    save(place / "m.onnx", product, [tensor("x", [2, 3])], [tensor("y", [2, 5])], {"w": np.ones((3, 5), np.float32)})
    np.save(place / "x.npy", np.ones((2, 3), np.float32))
    return 30, ["run", "m.onnx", "--inputs", "x.npy", "--on", "reference"]


def live_bytes(place: Path) -> Case:
    """Two tensors of ten float32 at once: each operator's result while the one before is still there."""
    chain = [helper.make_node("Neg", [f"v{i}"], [f"v{i + 1}"]) for i in range(3)]
    save(place / "m.onnx", chain, [tensor("v0", [10])], [tensor("v3", [10])], {})
    np.save(place / "x.npy", np.ones(10, np.float32))
    return 80, ["run", "m.onnx", "--inputs", "x.npy", "--on", "reference"]


CASES = [
    nodes, name_bytes, rank, file_bytes, subgraph_depth, image_pixels, image_file_bytes, jpeg_scans, dataset_files,
    inflated_bytes, text_bytes, json_depth, operations, live_bytes,
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case.__name__ for case in CASES])
def test_a_limit_holds_exactly(case: Callable[[Path], Case], tmp_path: Path) -> None:
    need, words = case(tmp_path)
    limit = case.__name__
    taken = dlas(*words, "--limit", f"{limit}={need}", cwd=tmp_path)
    assert taken.status == 0, taken.err
    refused = dlas(*words, "--limit", f"{limit}={need - 1}", cwd=tmp_path)
    assert refused.status == 2, f"{need - 1} is enough:\n{refused.out}"
    assert refused.err.startswith("dlas: ") and refused.err.count("\n") <= 2


def test_without_bytes_for_it_nothing_is_folded(tmp_path: Path) -> None:
    """The one limit that refuses nothing: folding is a service, not a need."""
    chain = [helper.make_node("Add", ["a", "b"], ["s"]), helper.make_node("Add", ["x", "s"], ["y"])]
    ten = np.ones(10, np.float32)
    save(tmp_path / "m.onnx", chain, [tensor("x", [10])], [tensor("y", [10])], {"a": ten, "b": ten})
    for limit, adds in (([], 1), (["--limit", "folded_bytes=0"], 2)):
        assert succeeds("show", "m.onnx", "--json", *limit, cwd=tmp_path).json()["operators"] == {"Add": adds}


def test_every_limit_here_is_listed() -> None:
    listed = set(succeeds("limits", "--json").json()["limits"])
    assert {case.__name__ for case in CASES} < listed
