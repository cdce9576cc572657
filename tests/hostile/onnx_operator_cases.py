"""ONNX files that keep the schema, with numbers that no operator should believe: the place where other programs fail most."""

from collections.abc import Iterator

from hostile import wire
from hostile.onnx_cases import Case

HUGE, LARGE, LEAST = 2**62, 2**40, -(2**63)
NAN, INFINITE = float("nan"), float("inf")
WORDS = ("", "x" * 1000, "\x1b[31m", "LINEAR ", "\0")


def model(nodes: bytes, tensors: list[bytes] = (), shape: tuple[int, ...] = (1, 1, 4, 4), opset: int = 20) -> bytes:
    return wire.model(wire.graph(nodes, list(tensors), shape), opset)


def one(
    op: str, attributes: bytes = b"", tensors: list[tuple[str, bytes]] = (), inputs: list[str] | None = None
) -> bytes:
    names = ["x", *(name for name, _ in tensors)] if inputs is None else inputs
    return model(wire.node(op, names, ["y"], attributes), [data for _, data in tensors])


def ints_input(op: str, *lists: list[int], attributes: bytes = b"") -> bytes:
    tensors = [(f"i{n}", wire.index_tensor(f"i{n}", values)) for n, values in enumerate(lists)]
    return one(op, attributes, tensors)


def scalar(name: str, value: int) -> bytes:
    return wire.tensor(name, [], wire.integers(value), wire.INT64)


def pools() -> Iterator[Case]:
    for op in ("MaxPool", "AveragePool", "LpPool"):
        for kernel in ([0, 0], [-1, 2], [HUGE, HUGE], [2**31, 1], [1], [1] * 50, [5, 5], [LEAST, 1]):
            yield f"{op}-kernel-{kernel[:3]}", one(op, wire.ints("kernel_shape", kernel)), "error"
        good = wire.ints("kernel_shape", [2, 2])
        for name in ("strides", "dilations"):
            for v in (0, -1, HUGE, LEAST):
                yield f"{op}-{name}-{v}", one(op, good + wire.ints(name, [v, v])), "error"
        for pads in ([-1] * 4, [HUGE] * 4, [2**31 - 1] * 4, [LEAST] * 4, [1], [100_000] * 4, [3] * 4):
            yield f"{op}-pads-{pads[0]}x{len(pads)}", one(op, good + wire.ints("pads", pads)), "either"
        for v in (2, -1, HUGE):
            yield f"{op}-ceil-{v}", one(op, good + wire.integer("ceil_mode", v)), "either"
        for word in ("", "SAME", "\x1b[31m"):
            yield f"{op}-auto-{word!a}", one(op, good + wire.text("auto_pad", word)), "either"
    for p in (0, -1, HUGE):
        yield f"LpPool-p-{p}", one("LpPool", wire.ints("kernel_shape", [2, 2]) + wire.integer("p", p)), "either"
        yield f"GlobalLpPool-p-{p}", one("GlobalLpPool", wire.integer("p", p)), "either"
    for size in (0, -1, 2, HUGE, LEAST):
        yield f"LRN-size-{size}", one("LRN", wire.integer("size", size)), "either"
    yield "LRN-nan", one("LRN", wire.integer("size", 3) + wire.real("alpha", NAN) + wire.real("bias", 0)), "either"


def transposed() -> Iterator[Case]:
    weight = wire.tensor("w", [1, 1, 2, 2], wire.floats(1, 2, 3, 4))
    for name in ("strides", "dilations", "output_padding", "output_shape", "pads", "kernel_shape"):
        for v in (0, -1, 7, 2**31 - 1, HUGE, LEAST):
            attribute = wire.ints(name, [v] * (4 if name == "pads" else 2))
            yield f"ConvTranspose-{name}-{v}", one("ConvTranspose", attribute, [("w", weight)]), "either"
    for group in (0, -1, 2, HUGE):
        yield (
            f"ConvTranspose-group-{group}",
            one("ConvTranspose", wire.integer("group", group), [("w", weight)]),
            "error",
        )
    for dims in ([1, 1, 2, 0], [0, 1, 2, 2], [1, 0, 2, 2]):
        yield f"conv-empty-{dims}", one("Conv", b"", [("w", wire.tensor("w", dims, b""))]), "either"


def reshaping() -> Iterator[Case]:
    for values in (
        [HUGE, HUGE, 16], [-1, HUGE], [-1, 3], [0, 0, 0, 0, 0], [LEAST], [2**32, 2**32], [1] * 17, [1] * 5000, [-1, 0], [2, 8, 1, 1, -1],
    ):  # fmt: skip
        yield f"Reshape-{values[:4]}x{len(values)}", ints_input("Reshape", values), "either"
        yield f"Expand-{values[:4]}x{len(values)}", ints_input("Expand", values), "either"
    for values in ([LARGE, 1, 1, 1], [1, 1, 1, LARGE], [30_000] * 4, [2**20, 2**20, 1, 1], [2**30]):
        yield (
            f"Expand-bomb-{values[:3]}",
            model(
                wire.node("Expand", ["c", "s"], ["y"]),
                [wire.tensor("c", [1], wire.floats(1)), wire.index_tensor("s", values)],
            ),
            "either",
        )
        yield f"Tile-bomb-{values[:3]}", ints_input("Tile", values), "either"
        tensors = [wire.index_tensor("s", values)]
        yield f"ConstantOfShape-bomb-{values[:3]}", model(wire.node("ConstantOfShape", ["s"], ["y"]), tensors), "either"
    for values in ([2**60], [-1], [LEAST], [0], [1] * 100, [2**31, 2**31, 2**31], []):
        tensors = [wire.index_tensor("s", values)]
        yield f"ConstantOfShape-{values[:3]}", model(wire.node("ConstantOfShape", ["s"], ["y"]), tensors), "either"
    for values in ([-1] * 4, [0] * 4, [HUGE] * 4, [1], [LEAST] * 4, [2] * 40):
        yield f"Tile-{values[0]}x{len(values)}", ints_input("Tile", values), "either"
    for values in (
        [LARGE] * 8,
        [-LARGE] * 8,
        [-3] * 8,
        [HUGE, 0, 0, 0, HUGE, 0, 0, 0],
        [LEAST] * 8,
        [1],
        [0] * 100,
        [20_000] * 8,
    ):
        for mode in ("constant", "edge", "reflect", "wrap"):
            yield (
                f"Pad-{mode}-{values[0]}x{len(values)}",
                ints_input("Pad", values, attributes=wire.text("mode", mode)),
                "either",
            )
    for axes in ([99], [-99], [0, 0], [HUGE], [LEAST], list(range(5000)), []):
        yield f"Unsqueeze-{axes[:3]}x{len(axes)}", ints_input("Unsqueeze", axes), "either"
        yield f"Squeeze-{axes[:3]}x{len(axes)}", ints_input("Squeeze", axes), "either"
        yield f"ReduceSum-{axes[:3]}x{len(axes)}", ints_input("ReduceSum", axes), "either"
    for sizes in ([2, 3], [-1, 5], [HUGE, HUGE], [0, 4], [4] * 1000, [LEAST, 4]):
        yield (
            f"Split-{sizes[:2]}x{len(sizes)}",
            ints_input("Split", sizes, attributes=wire.integer("axis", 2)),
            "either",
        )
    for outputs in (0, -1, HUGE, 1_000_000):
        yield f"Split-outputs-{outputs}", one("Split", wire.integer("num_outputs", outputs)), "either"
    for block in (0, -1, 2, 3, HUGE, 2**31, 2**32 + 2):
        for op in ("DepthToSpace", "SpaceToDepth"):
            yield f"{op}-{block}", one(op, wire.integer("blocksize", block)), "either"


def slicing() -> Iterator[Case]:
    ends = 2**63 - 1
    for starts, stops, axes, steps in (
        ([0], [ends], [0], [0]), ([0], [ends], [0], [LEAST]), ([ends], [LEAST], [0], [-1]), ([LEAST], [ends], [3], [ends]),
        ([LEAST], [LEAST], [3], [LEAST]), ([0], [4], [99], [1]), ([0, 0], [4, 4], [2, 2], [1, 1]), ([0], [4, 4], [2], [1]),
        ([0], [4], [-5], [1]), ([0], [4], [LEAST], [1]), ([3], [0], [3], [1]), ([0] * 1000, [1] * 1000, [0] * 1000, [1] * 1000),
    ):  # fmt: skip
        yield (
            f"Slice-{starts[0]}-{stops[0]}-{axes[0]}-{steps[0]}",
            ints_input("Slice", starts, stops, axes, steps),
            "either",
        )
    for indices in ([4], [-5], [LEAST], [HUGE], list(range(4)) * 1000, []):
        for axis in (0, 3, 4, -5):
            yield (
                f"Gather-{indices[:1]}x{len(indices)}-{axis}",
                ints_input("Gather", indices, attributes=wire.integer("axis", axis)),
                "either",
            )
    for k in (0, -1, 5, HUGE, LEAST):
        tensors = [("k", wire.index_tensor("k", [k]))]
        yield f"TopK-{k}", model(wire.node("TopK", ["x", "k"], ["y", "z"]), [tensors[0][1]]), "either"
        yield (
            f"OneHot-{k}",
            model(
                wire.node("OneHot", ["i", "k", "v"], ["y"]),
                [
                    wire.index_tensor("i", [0, 1, LEAST]),
                    wire.index_tensor("k", [k]),
                    wire.tensor("v", [2], wire.floats(0, 1)),
                ],
            ),
            "either",
        )
    for indices in ([9, 9, 9, 9], [0, 0, LEAST, 0], [-5, 0, 0, 0]):
        for op in ("ScatterND", "GatherND", "ScatterElements", "GatherElements"):
            index = wire.tensor("i", [1, 1, 1, 4], wire.integers(*indices), wire.INT64)
            update = wire.tensor(
                "u", [1, 1, 1, 4] if "El" in op else [1, 1, 1], wire.floats(*[1] * (4 if "El" in op else 1))
            )
            tensors = [("i", index), *([("u", update)] if op.startswith("Scatter") else [])]
            yield f"{op}-{indices[:3]}", one(op, b"", tensors), "either"


def ranges() -> Iterator[Case]:
    for start, limit, delta in (
        (0, 2**63 - 1, 1), (0, 10, 0), (0, -1, 1), (LEAST, 2**63 - 1, 1), (0, 2**40, 1), (0, 2**33, 1), (10, 0, LEAST),
        (2**63 - 1, LEAST, -1), (0, 20_000_000, 1),
    ):  # fmt: skip
        tensors = [scalar("a", start), scalar("b", limit), scalar("c", delta)]
        yield f"Range-{start}-{limit}-{delta}", model(wire.node("Range", ["a", "b", "c"], ["y"]), tensors), "either"
    for start, limit, delta in (
        (0, NAN, 1),
        (0, INFINITE, 1),
        (0, 1, 1e-38),
        (0, 1, NAN),
        (0, 3e38, 1),
        (NAN, 0, 1),
        (0, 10, 0),
    ):
        tensors = [wire.tensor(n, [], wire.floats(v)) for n, v in (("a", start), ("b", limit), ("c", delta))]
        yield (
            f"Range-float-{start}-{limit}-{delta}",
            model(wire.node("Range", ["a", "b", "c"], ["y"]), tensors),
            "either",
        )


def resizing() -> Iterator[Case]:
    for scales in ([1e9] * 4, [NAN] * 4, [0] * 4, [-1] * 4, [INFINITE] * 4, [1, 1, 1e-30, 1], [1, 1, 1e5, 1e5], [1, 1, 2**31, 1], [1], [3e38] * 4, [1e-45] * 4):  # fmt: skip
        for mode in ("nearest", "linear", "cubic"):
            data = wire.tensor("scales", [len(scales)], wire.floats(*scales))
            node = wire.node("Resize", ["x", "", "scales"], ["y"], wire.text("mode", mode))
            yield f"Resize-{mode}-{scales[2:3]}x{len(scales)}", model(node, [data]), "either"
    for sizes in (
        [1, 1, LARGE, LARGE],
        [0] * 4,
        [-1] * 4,
        [LEAST] * 4,
        [1, 1, 2**31, 2**31],
        [1, 1, 60_000, 60_000],
        [2],
        [1, 1, 2**62, 1],
    ):
        node = wire.node("Resize", ["x", "", "", "s"], ["y"])
        yield f"Resize-sizes-{sizes[2:3]}x{len(sizes)}", model(node, [wire.index_tensor("s", sizes)]), "either"
    for word in WORDS:
        for name in ("mode", "coordinate_transformation_mode", "nearest_mode"):
            node = wire.node("Resize", ["x", "", "", "s"], ["y"], wire.text(name, word))
            yield f"Resize-{name}-{word[:5]!a}", model(node, [wire.index_tensor("s", [1, 1, 8, 8])]), "either"
    for sizes in ([1, 1, LARGE, LARGE], [1, 1, 0, 0], [-1] * 4):
        grid = wire.node("Expand", ["g", "s"], ["grid"]) + wire.node("GridSample", ["x", "grid"], ["y"])
        tensors = [wire.tensor("g", [1, 1, 1, 2], wire.floats(NAN, 3e38)), wire.index_tensor("s", [*sizes[:3], 2])]
        yield f"GridSample-{sizes[2]}", model(grid, tensors), "either"


def quantising() -> Iterator[Case]:
    for scale in (0.0, -1.0, NAN, INFINITE, 1e-45, 3e38):
        tensors = [wire.tensor("s", [], wire.floats(scale)), wire.tensor("z", [], b"\x80", 2)]
        nodes = wire.node("QuantizeLinear", ["x", "s", "z"], ["q"]) + wire.node(
            "DequantizeLinear", ["q", "s", "z"], ["y"]
        )
        yield f"Quantize-{scale}", model(nodes, tensors), "either"
    for axis in (99, -99, HUGE, LEAST, 1):
        tensors = [wire.tensor("s", [3], wire.floats(1, 1, 1)), wire.tensor("z", [3], b"\0\0\0", 2)]
        nodes = wire.node("QuantizeLinear", ["x", "s", "z"], ["y"], wire.integer("axis", axis))
        yield f"Quantize-axis-{axis}", model(nodes, tensors), "error"
    for block in (-1, 3, HUGE):
        tensors = [wire.tensor("s", [1, 1, 2, 4], wire.floats(*[1] * 8))]
        attributes = wire.integer("block_size", block) + wire.integer("axis", 2)
        yield (
            f"Quantize-block-{block}",
            model(wire.node("QuantizeLinear", ["x", "s"], ["y"], attributes), tensors, opset=21),
            "either",
        )


def arithmetic() -> Iterator[Case]:
    least = wire.index_tensor("a", [LEAST])
    for op in ("Div", "Mod", "Pow", "Mul", "Sub", "BitShift"):
        for value in (0, -1, 64, 63, LEAST):
            attributes = wire.text("direction", "LEFT") if op == "BitShift" else b""
            nodes = wire.node(op, ["a", "b"], ["y"], attributes)
            yield f"{op}-{value}", model(nodes, [least, wire.index_tensor("b", [value])]), "either"
    for op in ("Neg", "Abs", "Sign"):
        yield f"{op}-least", model(wire.node(op, ["a"], ["y"]), [least]), "either"
    for value in (NAN, INFINITE, -INFINITE, 3e38, -3e38):
        constant = wire.tensor("c", [1], wire.floats(value))
        for to in (2, 3, 6, 7, 9, 10, 12, 13, 16):
            yield (
                f"Cast-{value}-{to}",
                model(wire.node("Cast", ["c"], ["y"], wire.integer("to", to)), [constant]),
                "either",
            )
        for op in ("Exp", "Log", "Sqrt", "Erf", "Tanh", "Softplus", "HardSwish", "Round", "Reciprocal", "Gelu"):
            yield f"{op}-{value}", model(wire.node(op, ["c"], ["y"]), [constant]), "either"
    for to in (0, 8, 99, -1, 14, HUGE):
        yield f"Cast-to-{to}", one("Cast", wire.integer("to", to)), "either"
    for op, name in (
        ("LayerNormalization", "epsilon"),
        ("InstanceNormalization", "epsilon"),
        ("BatchNormalization", "epsilon"),
    ):
        for epsilon in (NAN, -1.0, 0.0, INFINITE):
            size = 4 if op == "LayerNormalization" else 1
            names = ["s", "b", *(["m", "v"] if op == "BatchNormalization" else [])]
            tensors = [(n, wire.tensor(n, [size], wire.floats(*[0] * size))) for n in names]
            yield f"{op}-{epsilon}", one(op, wire.real(name, epsilon), tensors), "either"
    for groups in (0, -1, 3, HUGE):
        tensors = [(n, wire.tensor(n, [1], wire.floats(1))) for n in ("s", "b")]
        yield (
            f"GroupNormalization-{groups}",
            one("GroupNormalization", wire.integer("num_groups", groups), tensors),
            "either",
        )
    for fill in (HUGE, LEAST):
        yield f"EyeLike-{fill}", one("EyeLike", wire.integer("k", fill)), "either"
        yield f"Trilu-{fill}", one("Trilu", b"", [("k", scalar("k", fill))]), "either"
        yield f"CumSum-{fill}", one("CumSum", b"", [("k", scalar("k", fill))]), "either"


def boxes() -> Iterator[Case]:
    for count in (HUGE, -1, LEAST):
        tensors = [
            wire.tensor("b", [1, 2, 4], wire.floats(NAN, 0, INFINITE, 1, 0, 0, 1, 1)), wire.tensor("s", [1, 1, 2], wire.floats(NAN, 1)),
            scalar("n", count), wire.tensor("t", [], wire.floats(NAN)),
        ]  # fmt: skip
        yield (
            f"NonMaxSuppression-{count}",
            model(wire.node("NonMaxSuppression", ["b", "s", "n", "t", "t"], ["y"]), tensors),
            "either",
        )
    for size in (0, -1, HUGE, 100_000):
        tensors = [wire.tensor("r", [1, 4], wire.floats(0, NAN, 3e38, INFINITE)), wire.index_tensor("i", [LEAST])]
        attributes = wire.integer("output_height", size) + wire.integer("output_width", size)
        yield f"RoiAlign-{size}", model(wire.node("RoiAlign", ["x", "r", "i"], ["y"], attributes), tensors), "either"


def many() -> Iterator[Case]:
    """Few bytes a thing, many things."""
    relu = wire.node("Relu", ["x"], ["y"])
    wires = "".join(
        wire.node("Relu", ["x" if i == 0 else f"{i:x}"], [f"{i + 1:x}"], name="").decode("latin1")
        for i in range(74_990)
    )
    yield "chain-74990", model(wires.encode("latin1") + wire.node("Relu", [f"{74_990:x}"], ["y"], name="")), "either"
    yield "chain-over", model(wires.encode("latin1") * 2 + relu), "error"
    yield "nodes-empty", model(b"\x0a\x00" * 3_000_000 + relu), "error"
    yield "attributes-empty", model(wire.node("Relu", ["x"], ["y"], b"\x2a\x00" * 1_000_000)), "either"
    yield "inputs-empty", model(wire.node("Relu", ["x"], ["y"], b"\x0a\x00" * 3_000_000)), "either"
    yield "outputs-empty", model(wire.node("Relu", ["x"], ["y"], b"\x12\x00" * 3_000_000)), "either"
    yield "initializers-empty", model(relu + b"\x2a\x00" * 1_000_000), "either"
    yield "value-infos-empty", model(relu + b"\x6a\x00" * 1_000_000), "either"
    yield "metadata-empty", model(relu) + b"\x72\x00" * 1_000_000, "either"
    yield "functions-empty", model(relu) + b"\xca\x01\x00" * 1_000_000, "either"
    yield (
        "ints-packed",
        model(wire.node("Relu", ["x"], ["y"], wire.chunk(5, wire.chunk(1, "a") + wire.chunk(8, bytes(20_000_000))))),
        "either",
    )
    yield "dims-packed", model(relu + wire.chunk(5, wire.chunk(1, b"\1" * 20_000_000) + wire.chunk(8, "w"))), "error"
    yield (
        "strings-empty",
        model(wire.node("Relu", ["x"], ["y"], wire.chunk(5, wire.chunk(1, "a") + b"\x4a\x00" * 5_000_000))),
        "either",
    )
    yield "concat-wide", model(wire.node("Concat", ["x"] * 60_000, ["y"], wire.integer("axis", 0))), "either"
    yield "sum-wide", model(wire.node("Sum", ["x"] * 60_000, ["y"])), "either"
    same = b"".join(wire.node("Relu", ["x"], ["y"], name="n") for _ in range(20_000))
    yield "same-outputs", model(same), "error"
    names = b"".join(wire.node("Relu", ["x"], [f"y_{i}"], name="") for i in range(20_000))
    body = wire.chunk(7, wire.node("Relu", ["a"], ["y"], name="")[2:]) + wire.chunk(
        7, wire.node("Relu", ["y"], ["b"], name="")[2:]
    )
    function = wire.chunk(25, wire.chunk(1, "f") + wire.chunk(4, "a") + wire.chunk(5, "b") + body + wire.chunk(10, "d"))
    calls = b"".join(wire.node("f", ["x"], [f"o{i}"], name="", domain="d") for i in range(20_000))
    yield "names-in-the-way", wire.model(wire.graph(names + calls + relu), functions=function), "either"
    wide = "".join(wire.chunk(2, f"{i:x}").decode("latin1") for i in range(50_000)).encode("latin1")
    body = wire.chunk(7, wire.chunk(1, "a") + wide + wire.chunk(4, "Split")) + wire.chunk(
        7, wire.node("Relu", ["a"], ["b"])[2:]
    )
    function = wire.chunk(25, wire.chunk(1, "f") + wire.chunk(4, "a") + wire.chunk(5, "b") + body + wire.chunk(10, "d"))
    yield "function-of-many-outputs", wire.model(wire.graph(calls + relu), functions=function), "error"
    body = wire.chunk(7, wire.node("Relu", ["a"], ["b"], wire.ints("k", [1] * 100_000))[2:])
    function = wire.chunk(25, wire.chunk(1, "f") + wire.chunk(4, "a") + wire.chunk(5, "b") + body + wire.chunk(10, "d"))
    yield "function-of-long-attributes", wire.model(wire.graph(calls + relu), functions=function), "either"
    doubled = b"".join(
        wire.node("Concat", [f"d{i}" if i else "x"] * 2, [f"d{i + 1}"], wire.integer("axis", 0)) for i in range(60)
    )
    yield "doubling", model(doubled + wire.node("Relu", ["d60"], ["y"])), "either"
    doubled = b"".join(
        wire.node("Concat", [f"d{i}" if i else "c"] * 2, [f"d{i + 1}"], wire.integer("axis", 0)) for i in range(60)
    )
    yield (
        "doubling-constants",
        model(doubled + wire.node("Relu", ["d60"], ["y"]), [wire.tensor("c", [4], wire.floats(1, 2, 3, 4))]),
        "either",
    )


def cases() -> Iterator[Case]:
    for family in (
        pools, transposed, reshaping, slicing, ranges, resizing, quantising, arithmetic, boxes, many,
    ):  # fmt: skip
        yield from family()
