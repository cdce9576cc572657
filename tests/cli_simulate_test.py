"""`dlas simulate` and `dlas map`: rows once more, networks on four designs, tiles in and out."""

from pathlib import Path

import numpy as np
import pytest
from onnx import helper, numpy_helper, save
from support.accelerator_rows import HEAD, ROW
from support.program import refuses, succeeds
from support.small_models import classifier

MAERI = "maeri:ms=64,dn=16,rn=16,buffer=1"
CONFIGURATION = """[MSNetwork]
type="LINEAR"
ms_size=64
[ReduceNetwork]
type="ASNETWORK"
accumulation_buffer_enabled=1
[SDMemory]
dn_bw=16
rn_bw=16
controller_type="MAERI_DENSE_WORKLOAD"
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    classifier(tmp_path / "a.onnx", classes=20)
    (tmp_path / "maeri.cfg").write_text(CONFIGURATION)
    return tmp_path


def test_rows_that_are_equal_end_with_0(place: Path) -> None:
    (place / "rows.csv").write_text(f"{HEAD}\n{ROW}\n")
    done = succeeds("simulate", "--replay", "rows.csv", cwd=place)
    assert done.out == "1 of 1 rows are equal in cycles and every counter (7 cycles in all)\n"


def test_a_column_that_differs_is_named_and_ends_with_1(place: Path) -> None:
    (place / "rows.csv").write_text(
        f"{HEAD}\n{ROW.replace(',7,1', ',8,1')}\n{ROW.replace('maeri', 'eyeriss')}\n{ROW}\n"
    )
    done = succeeds("simulate", "--replay", "rows.csv", cwd=place, status=1)
    assert done.out.splitlines() == [
        "1 of 3 rows are equal in cycles and every counter (14 cycles in all)",
        "  one  cycles 7, expected 8",
        "  one: expected design maeri, sigma, tpu or magma, found 'eyeriss' (row 2 of the table)",
    ]


@pytest.mark.parametrize(
    "on", [MAERI, "sigma:ms=64,dn=16,rn=16", "mesh:rows=8,cols=8,dn=16,rn=16", "magma:ms=64,dn=16,rn=16"]
)
def test_a_network_runs_layer_by_layer(place: Path, on: str) -> None:
    run = succeeds("simulate", "a.onnx", "--on", on, "--json", cwd=place).json()
    layers = {layer["name"]: layer for layer in run["layers"]}
    assert [name for name, layer in layers.items() if "host" not in layer] == ["first", "fifth"]
    assert layers["second"]["host"] == "not a convolution or matrix product"
    assert run["total"]["cycles"] == layers["first"]["cycles"] + layers["fifth"]["cycles"]
    assert run["total"]["multiplications"] >= 4 * 4 * 3 * 16 + 4 * 20  # products of the layers; padding comes on top
    assert sum(run["cycles_by_cause"].values()) == run["total"]["cycles"]


def test_a_stonne_file_says_the_same_as_the_text(place: Path) -> None:
    by_file = succeeds("simulate", "a.onnx", "--on", "maeri.cfg", cwd=place)
    assert by_file.out == succeeds("simulate", "a.onnx", "--on", MAERI, cwd=place).out


def test_memory_of_physical_mode_adds_cycles(place: Path) -> None:
    free, slow = (
        succeeds("simulate", "a.onnx", "--on", MAERI, "--mode", "physical", *more, "--json", cwd=place).json()
        for more in ([], ["--dram", "0.5", "--single-buffer"])
    )
    stalls = slow["cycles_by_cause"]["DRAM"]
    assert free["cycles_by_cause"]["DRAM"] == 0 < stalls
    assert slow["total"]["cycles"] == free["total"]["cycles"] + stalls


def test_tiles_are_written_and_read_back(place: Path) -> None:
    (place / "tiles").mkdir()
    found = succeeds("map", "a.onnx", "--on", MAERI, "--out", "tiles", "--json", cwd=place).json()
    assert [layer["proven"] for layer in found["layers"]] == [True, True]
    assert all(
        layer["value"] <= layer[arm]["value"] for layer in found["layers"] for arm in ("basic", "bifrost", "mrna")
    )
    tiles = [word for i in (1, 2) for word in ("--tile", f"tiles/tile_{i}.txt")]
    run = succeeds("simulate", "a.onnx", "--on", MAERI, *tiles, "--json", cwd=place).json()
    assert run["total"]["cycles"] == found["sum"]


def test_a_tile_file_is_for_a_layer_and_all_that_equal_it(place: Path) -> None:
    """Two layers alike and one other: `map` writes two files, which `simulate` takes in the order of first appearance."""
    weight = {name: np.ones((4, 4, 3, 3), np.float32) for name in ("w1", "w2")} | {
        "w3": np.ones((8, 4, 1, 1), np.float32)
    }
    nodes = [
        helper.make_node("Conv", ["x", "w1"], ["a"], pads=[1, 1, 1, 1]),
        helper.make_node("Conv", ["a", "w2"], ["b"], pads=[1, 1, 1, 1]),
        helper.make_node("Conv", ["b", "w3"], ["y"]),
    ]
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes, "g", [info("x", 1, [1, 4, 8, 8])], [info("y", 1, [1, 8, 8, 8])],
        [numpy_helper.from_array(array, name) for name, array in weight.items()],
    )  # fmt: skip
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), place / "twice.onnx")
    found = succeeds("map", "twice.onnx", "--on", MAERI, "--out", "tiles", "--json", cwd=place).json()
    assert len(found["layers"]) == 2
    both = ("--tile", "tiles/tile_1.txt", "--tile", "tiles/tile_2.txt")
    run = succeeds("simulate", "twice.onnx", "--on", MAERI, *both, "--json", cwd=place).json()
    values = [layer["value"] for layer in found["layers"]]
    assert [layer["cycles"] for layer in run["layers"]] == [values[0], values[0], values[1]]
    assert refuses("simulate", "twice.onnx", "--on", MAERI, *both[:2], cwd=place).startswith(
        "dlas: node 'Conv_2' (Conv): expected a mapping file for each different layer, found 1 files"
    )
    assert "expected 2 mapping files, one for each different layer, found 3" in refuses(
        "simulate", "twice.onnx", "--on", MAERI, *both, *both[:2], cwd=place
    )


def test_options_that_would_change_nothing_are_refused(place: Path) -> None:
    (place / "rows.csv").write_text(f"{HEAD}\n{ROW}\n")
    assert refuses("simulate", "--replay", "rows.csv", "--on", MAERI, cwd=place) == (
        "dlas: expected --replay with --bitmaps, --engine and --json only, found options for a model\n"
    )
    assert refuses("simulate", "a.onnx", "--on", MAERI, "--engine", "stepped", cwd=place) == (
        "dlas: expected --engine together with --replay, found --engine with a model\n"
    )
    assert refuses(
        "simulate", "a.onnx", "--on", "mesh:rows=8,cols=8,dn=16,rn=16", "--map", "best", cwd=place
    ).startswith("dlas: expected --map with a maeri, which alone has tiles to choose, found mesh:")


def test_what_cannot_be_is_refused(place: Path) -> None:
    assert refuses("simulate", "a.onnx", cwd=place) == (
        "dlas: expected --on with an accelerator, found none\n      try: dlas simulate a.onnx --on maeri:ms=128,dn=64,rn=64\n"
    )
    assert refuses("simulate", "a.onnx", "--on", "maeri:ms=100", cwd=place) == (
        "dlas: expected ms a power of two from 2 to 65536; dn at most ms, found ms 100, dn 4 for 100 lanes\n"
    )
    assert refuses("simulate", "a.onnx", "--on", MAERI, "--dram", "4", cwd=place) == (
        "dlas: expected --mode physical with options of the memory, found --mode stonne\n"
    )
    assert refuses("map", "conv:R=3,X=2", "--on", MAERI, cwd=place) == (
        "dlas: expected an input of at least the filter's size, found 2x1 for a filter of 3x1\n"
    )
