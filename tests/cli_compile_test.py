"""`dlas compile` tells what each pass made of a graph, or why nothing; what it is asked for that does not exist is an error."""

from pathlib import Path

import pytest
from support.program import refuses, succeeds
from support.small_models import classifier


@pytest.fixture
def place(tmp_path: Path) -> Path:
    classifier(tmp_path / "a.onnx", classes=10)
    return tmp_path


def test_the_text_has_a_line_for_each_pass(place: Path) -> None:
    lines = succeeds("compile", "a.onnx", "--level", 1, cwd=place).out.splitlines()
    assert lines[0] == "a.onnx  level 1"
    assert lines[1] == "pipeline    simplify_inference fuse_operators(longest=16)"
    assert len(lines[2].split()[1]) == 32
    assert [line.split()[0] for line in lines[3:]] == ["simplify_inference", "fuse_operators", "nodes"]
    assert lines[3].endswith("  unchanged: no BatchNormalization, Identity or Dropout")
    assert lines[4].endswith("  1 change, 5 -> 4 nodes")
    assert lines[5] == "nodes       5 -> 4"


def test_explain_names_nodes_and_reasons(place: Path) -> None:
    out = succeeds("compile", "a.onnx", "--level", 1, "--explain", cwd=place).out
    assert "    first: Conv + Relu become one\n" in out
    assert "  left alone\n" in out


def test_json_holds_every_remark(place: Path) -> None:
    found = succeeds("compile", "a.onnx", "--json", cwd=place).json()
    assert (found["schema"], found["level"], found["nodes_before"]) == ("dlas.compile/1", 3, 5)
    passes = {p["pass"]: p for p in found["passes"]}
    assert found["pipeline"].split()[0] == found["passes"][0]["pass"]
    assert passes["choose_layout"]["settings"] == {"layout": "NHWC", "share": "50"}
    assert passes["fuse_operators"]["changes"][0] == {"node": "first", "text": "Conv + Relu become one"}
    assert all(p["changes"] or p["left_alone"] or p["absent"] for p in found["passes"])


def test_passes_are_switched_and_the_hash_follows(place: Path) -> None:
    def compiled(*options: object) -> dict:
        return succeeds("compile", "a.onnx", "--json", *options, cwd=place).json()

    without = compiled("--passes", "-fuse_operators,+choose_layout(layout=NCHW,share=20)")
    assert "fuse_operators" not in without["pipeline"]
    assert "choose_layout(layout=NCHW,share=20)" in without["pipeline"]
    assert without["hash"] != compiled()["hash"] == compiled()["hash"]


def test_a_size_that_the_model_leaves_open_can_be_given(place: Path) -> None:
    succeeds("compile", "a.onnx", "--size", "batch=4", "-o", "out.txt", cwd=place)
    assert "[4,3,8,8]" in (place / "out.txt").read_text()


def test_what_does_not_exist_is_told(place: Path) -> None:
    def message(*options: object) -> str:
        return refuses("compile", "a.onnx", *options, cwd=place)

    assert message("--passes", "+fast_maths") == (
        "dlas: expected the name of a pass, found 'fast_maths' (nearest: fast_math, absorb_pads, fuse_operators)\n"
    )
    assert message("--passes", "-fast_math") == (
        "dlas: expected a change of the pipeline, found '-fast_math', which is not in it\n"
    )
    assert message("--size", "batch") == "dlas: expected --size name=number, found batch\n"
    assert message("--size", "bach=2").startswith("dlas: a.onnx: expected ")
    assert message("-o", "out.png") == "dlas: expected -o with a name that ends in .svg, .dot or .txt, found out.png\n"
