"""`dlas show FILE --graph`: pictures that other programs can read, whatever the names in the file are."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import onnx
import pytest
from onnx import TensorProto, helper

ROOT = Path(os.environ["DLAS_SOURCE_DIR"])
PROGRAM = os.environ["DLAS_PROGRAM"]
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = ["<script>alert(1)</script>", 'a"b', "a\\", "two\nlines", "\u202eright to left", "]]>", "&amp;", "", "{a|b}"]


def show(model: Path, picture: Path, *options: str) -> None:
    subprocess.run(
        [PROGRAM, "show", model, "--graph", picture, *options], check=True, timeout=60, stdout=subprocess.DEVNULL
    )


def relu_chain(names: list[str], path: Path) -> Path:
    nodes = [helper.make_node("Relu", [f"v{i}"], [f"v{i + 1}"], name=name) for i, name in enumerate(names)]
    ends = [helper.make_tensor_value_info(f"v{i}", TensorProto.FLOAT, [1, 4]) for i in (0, len(names))]
    graph = helper.make_graph(nodes, "g", ends[:1], ends[1:])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), path)
    return path


def boxes(picture: Path) -> list[ElementTree.Element]:
    root = ElementTree.parse(picture).getroot()
    return [group for group in root.iter(f"{SVG}g") if group.get("class", "").startswith("box")]


@pytest.mark.parametrize("model", sorted((ROOT / "demo/models").iterdir()), ids=lambda path: path.name)
def test_a_picture_has_a_box_for_each_node_input_and_output(model: Path, tmp_path: Path) -> None:
    show(model, tmp_path / "x.svg")
    show(model, tmp_path / "x.txt")
    nodes = len((tmp_path / "x.txt").read_text().splitlines()) - 2
    assert len(boxes(tmp_path / "x.svg")) == nodes + 2


def test_hostile_names_leave_a_well_formed_picture(tmp_path: Path) -> None:
    model = relu_chain(HOSTILE, tmp_path / "x.onnx")
    show(model, tmp_path / "x.svg")
    titles = [box.find(f"{SVG}title").text for box in boxes(tmp_path / "x.svg")]
    assert "<script>alert(1)</script>" in titles[1]
    assert "two\\nlines" in titles[4]
    assert "\\u{202e}right" in titles[5]
    elements = {element.tag for element in ElementTree.parse(tmp_path / "x.svg").getroot().iter()}
    assert elements == {SVG + name for name in ("svg", "style", "rect", "g", "title", "text", "path")}


@pytest.mark.skipif(shutil.which("dot") is None, reason="graphviz is not installed")
def test_graphviz_reads_what_is_written_for_it(tmp_path: Path) -> None:
    model = relu_chain(HOSTILE, tmp_path / "x.onnx")
    show(model, tmp_path / "x.dot")
    plain = subprocess.run(
        ["dot", "-Tplain", tmp_path / "x.dot"], check=True, capture_output=True, text=True, timeout=60
    ).stdout
    assert len(re.findall("^node ", plain, re.M)) == len(HOSTILE) + 2
    assert len(re.findall("^edge ", plain, re.M)) == len(HOSTILE) + 1


def test_a_large_graph_is_folded_unless_all_of_it_is_wanted(tmp_path: Path) -> None:
    model = relu_chain([f"node {i}" for i in range(5000)], tmp_path / "x.onnx")
    show(model, tmp_path / "folded.svg")
    show(model, tmp_path / "whole.svg", "--expand")
    folded = boxes(tmp_path / "folded.svg")
    assert 20 <= len(folded) <= 150
    counts = [re.fullmatch(r"(\d+) nodes", box.findall(f"{SVG}text")[-1].text) for box in folded]
    assert sum(int(count[1]) for count in counts if count) == 5000
    assert len(boxes(tmp_path / "whole.svg")) == 5002


def test_another_ending_is_refused(tmp_path: Path) -> None:
    model = ROOT / "demo/models/depthwise.onnx"
    command = [PROGRAM, "show", model, "--graph", tmp_path / "x.gif"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "expected --graph with a name that ends in .svg, .dot or .txt" in done.stderr
    assert not (tmp_path / "x.gif").exists()
