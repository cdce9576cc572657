"""Work grows with the file and not with its square: eight times as much of anything takes about eight times the processor time.

Processor time, not the clock, and the smaller of two runs; a square would give 64, so that 24 leaves room for a busy machine.
"""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from support.program import PROGRAM
from support.small_models import classifier, save

TIMES, MOST = 8, 24


def tensor(name: str):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [1])


def chain(place: Path, n: int) -> list[str]:
    nodes = [helper.make_node("Relu", [f"v{i}"], [f"v{i + 1}"], f"n{i}") for i in range(n)]
    save(place / "m.onnx", nodes, [tensor("v0")], [tensor(f"v{n}")], {})
    return ["show", "m.onnx", "--json"]


def readers(place: Path, n: int) -> list[str]:
    """One value that everybody reads, and an output for each."""
    nodes = [helper.make_node("Relu", ["x"], [f"y{i}"]) for i in range(n)]
    save(place / "m.onnx", nodes, [tensor("x")], [tensor(f"y{i}") for i in range(n)], {})
    return ["show", "m.onnx", "--json"]


def inputs_of_one_node(place: Path, n: int) -> list[str]:
    nodes = [helper.make_node("Concat", ["x"] * n, ["y"], axis=0)]
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    save(place / "m.onnx", nodes, [tensor("x")], [y], {})
    return ["show", "m.onnx", "--json"]


def constants(place: Path, n: int) -> list[str]:
    names = [f"c{i}" for i in range(n)]
    nodes = [helper.make_node("Sum", ["x", *names], ["y"])]
    save(place / "m.onnx", nodes, [tensor("x")], [tensor("y")], {name: np.ones(1, np.float32) for name in names})
    return ["show", "m.onnx", "--json"]


def equal_names(place: Path, n: int) -> list[str]:
    """Node names need not differ in ONNX."""
    nodes = [helper.make_node("Relu", [f"v{i}"], [f"v{i + 1}"], "same") for i in range(n)]
    save(place / "m.onnx", nodes, [tensor("v0")], [tensor(f"v{n}")], {})
    return ["show", "m.onnx", "--json"]


def functions(place: Path, n: int) -> list[str]:
    body = [helper.make_node("Relu", ["a"], ["b"])]
    opset = [helper.make_opsetid("", 17)]
    made = [helper.make_function("own", f"F{i}", ["a"], ["b"], body, opset) for i in range(n)]
    calls = [helper.make_node(f"F{i}", [f"v{i}"], [f"v{i + 1}"], domain="own") for i in range(n)]
    graph = helper.make_graph(calls, "g", [tensor("v0")], [tensor(f"v{n}")])
    model = helper.make_model(graph, functions=made, opset_imports=[*opset, helper.make_opsetid("own", 1)])
    model.ir_version = 8
    (place / "m.onnx").write_bytes(model.SerializeToString())
    return ["show", "m.onnx", "--json"]


def unknown_operators(place: Path, n: int) -> list[str]:
    nodes = [helper.make_node(f"Mine{i}", [f"v{i}"], [f"v{i + 1}"], domain="own") for i in range(n)]
    graph = helper.make_graph(nodes, "g", [tensor("v0")], [tensor(f"v{n}")])
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]
    model = helper.make_model(graph, opset_imports=opsets)
    model.ir_version = 8
    (place / "m.onnx").write_bytes(model.SerializeToString())
    return ["show", "m.onnx", "--json"]


def picture_of_a_graph(place: Path, n: int) -> list[str]:
    return [*chain(place, n)[:2], "--graph", "m.svg"]


def overlay_of_a_record(place: Path, n: int) -> list[str]:
    return [*values_of_a_record(place, n)[:2], "--overlay", "o.json"]


def rows_of_a_list(place: Path, n: int) -> list[str]:
    classifier(place / "m.onnx")
    (place / "list.csv").write_text("path,label\n" + "".join(f"p{i}.png,class {i % 900}\n" for i in range(n)))
    return ["run", "m.onnx", "--data", "list.csv", "--recipe", "rgb", "--images", "1"]  # its first picture is not there


def arrays(place: Path, n: int) -> list[str]:
    classifier(place / "m.onnx")
    np.savez(place / "x.npz", **{f"a{i}": np.ones(1, np.float32) for i in range(n)})
    return ["run", "m.onnx", "--inputs", "x.npz"]  # refused, with all names read


def values_of_a_record(place: Path, n: int) -> list[str]:
    value = (
        '{"index":0,"a":"v@","b":"w@","op_a":"Relu","op_b":"Relu","type_a":"f32 [1]","type_b":"f32 [1]","axes_of_b":"",'
        '"relative":1e-7,"largest":1e-7,"floor":1e-6,"rms":1.0,"diverges":false}'
    )
    side = '{"name":"a.onnx","executor":"x","recipe":"","agrees_with_itself":true}'
    (place / "d.json").write_text(
        f'{{"schema":"dlas.diff/1","verdict":"different","images":1,"data":"d","a":{side},"b":{side},'
        f'"environment":{{}},"flips":[],"values":[{",".join(value.replace("@", str(i)) for i in range(n))}]}}'
    )
    return ["report", "d.json", "-o", "d.html"]


# What grows, and how much of it takes a noticeable time.
CASES: list[tuple[Callable[[Path, int], list[str]], int]] = [
    (chain, 8_000), (readers, 8_000), (inputs_of_one_node, 30_000), (constants, 8_000), (equal_names, 8_000),
    (functions, 4_000), (unknown_operators, 8_000), (picture_of_a_graph, 4_000), (rows_of_a_list, 60_000),
    (arrays, 1_000), (values_of_a_record, 4_000), (overlay_of_a_record, 4_000),
]  # fmt: skip


def processor_seconds(words: list[str], place: Path) -> float:
    process = subprocess.Popen(
        [PROGRAM, *words], cwd=place, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 2)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize(("case", "n"), CASES, ids=[case.__name__ for case, _ in CASES])
def test_eight_times_as_much_takes_about_eight_times_as_long(
    case: Callable[[Path, int], list[str]], n: int, tmp_path: Path
) -> None:
    least = []
    for size in (n, TIMES * n):
        place = tmp_path / str(size)
        place.mkdir()
        words = case(place, size)
        least.append(min(processor_seconds(words, place) for _ in range(2)))
    assert least[1] <= MOST * max(least[0], 0.02), f"{n}: {least[0]:.2f} s, {TIMES} times that: {least[1]:.2f} s"


def test_the_files_are_what_they_say(tmp_path: Path) -> None:
    chain(tmp_path, 3)
    assert len(onnx.load(tmp_path / "m.onnx").graph.node) == 3
