"""TFLite files that break a rule: of the flatbuffer, of the schema, of an operator, of quantisation, or of good manners.

Each case is (name, bytes, verdict): "error" must be refused, "ok" must load, "either" must only behave.
"""

import struct
from collections.abc import Iterator

import numpy as np
from support.tflite_builder import Net

Case = tuple[str, bytes, str]
ABSURD = (0, -1, 2**31 - 1, -(2**31), 65536)


def convolution(
    scale=0.1, zero=0, weights=(4, 3, 3, 2), scales=0.01, x_shape=(1, 6, 6, 2), y_shape=(1, 6, 6, 4), **options
) -> bytes:
    net = Net()
    x = net.input("int8", x_shape, scale, zero, name="x")
    w = net.constant("int8", np.ones(weights, np.int8), scales, name="w")
    b = net.constant("int32", np.zeros(weights[0]), name="b")
    y = net.value("int8", y_shape, scale, zero, name="y")
    fields = {"padding": 0, "strideW": 1, "strideH": 1, "dilationWFactor": 1, "dilationHFactor": 1, **options}
    net.operator("CONV_2D", [x, w, b], [y], "Conv2DOptions", version=3, **fields)
    return net.bytes([y])


def attributes() -> Iterator[Case]:
    for field in ("strideW", "strideH", "dilationWFactor", "dilationHFactor"):
        for value in ABSURD:
            yield f"conv-{field}-{value}", convolution(**{field: value}), "error" if value < 1 else "either"
    for value in (2, -1, 127):
        yield f"conv-padding-{value}", convolution(padding=value), "ok"  # kept as a node that cannot run
        yield f"conv-activation-{value}", convolution(fusedActivationFunction=value), "either"
    for name, options, fields in (
        ("AVERAGE_POOL_2D", "Pool2DOptions", ("filterWidth", "filterHeight", "strideW")),
        ("MAX_POOL_2D", "Pool2DOptions", ("filterWidth", "filterHeight", "strideH")),
    ):
        for field in fields:
            for value in ABSURD:
                net = Net()
                x = net.input("float32", [1, 6, 6, 2], name="x")
                y = net.value("float32", [1, 6, 6, 2], name="y")
                good = {"padding": 0, "strideW": 1, "strideH": 1, "filterWidth": 2, "filterHeight": 2}
                net.operator(name, [x], [y], options, **{**good, field: value})
                yield f"{name}-{field}-{value}", net.bytes([y]), "error" if value < 1 else "either"
    for value in ABSURD:
        for name, options, field in (
            ("CONCATENATION", "ConcatenationOptions", "axis"),
            ("GATHER", "GatherOptions", "axis"),
            ("PACK", "PackOptions", "axis"),
            ("SPACE_TO_DEPTH", "SpaceToDepthOptions", "blockSize"),
            ("DEPTH_TO_SPACE", "DepthToSpaceOptions", "blockSize"),
            ("LOCAL_RESPONSE_NORMALIZATION", "LocalResponseNormalizationOptions", "radius"),
        ):
            net = Net()
            x = net.input("float32", [1, 4, 4, 4], name="x")
            y = net.value("float32", [], name="y")
            second = net.constant("int32", [0]) if name == "GATHER" else x
            inputs = [x, second] if options[0] in "CGP" else [x]
            net.operator(name, inputs, [y], options, **{field: value})
            yield f"{name}-{value}", net.bytes([y]), "either"


def shape_inputs() -> Iterator[Case]:
    lists = ([], [-1, -1], [2**31 - 1] * 4, [-5, 3], [0], [1] * 40, [7, 7])
    for name in (
        "RESHAPE",
        "TRANSPOSE",
        "TILE",
        "BROADCAST_TO",
        "EXPAND_DIMS",
        "MEAN",
        "SUM",
        "REVERSE_V2",
        "PAD",
        "RESIZE_BILINEAR",
        "RESIZE_NEAREST_NEIGHBOR",
        "ARG_MAX",
        "SPLIT_V",
        "FILL",
    ):
        for number, values in enumerate(lists):
            net = Net()
            x = net.input("float32", [1, 4, 4, 4], name="x")
            y = net.value("float32", [], name="y")
            net.operator(name, [x, net.constant("int32", values)], [y])
            yield f"{name}-{number}", net.bytes([y]), "either"
    for begin, size in (([2**31 - 1] * 4, [2**31 - 1] * 4), ([-9] * 4, [1] * 4), ([0] * 4, [-1] * 4), ([0], [1])):
        net = Net()
        x = net.input("float32", [1, 4, 4, 4], name="x")
        y = net.value("float32", [], name="y")
        net.operator("SLICE", [x, net.constant("int64", begin), net.constant("int64", size)], [y])
        yield f"SLICE-{begin[0]}", net.bytes([y]), "either"


def sizes() -> Iterator[Case]:
    for shape in ([2**31 - 1] * 4, [2**31 - 1, 2**31 - 1], [-3, 2], [1] * 100, [65536] * 4):
        net = Net()
        x = net.input("float32", shape, name="x")
        y = net.value("float32", shape, name="y")
        net.operator("RELU", [x], [y])
        yield (
            f"input-{len(shape)}-{shape[0]}",
            net.bytes([y]),
            "error" if len(shape) == 100 or shape[0] < 0 else "either",
        )
    for shape in ([3, 3], [1], [], [2**31 - 1, 2**31 - 1], [2, 2, 0]):
        net = Net()
        x = net.input("float32", [2, 2], name="x")
        w = net.constant("float32", np.ones(4), name="w")
        net.graph.tensors[w].shape = shape
        y = net.value("float32", [2, 2], name="y")
        net.operator("ADD", [x, w], [y], "AddOptions")
        yield f"constant-{shape}", net.bytes([y]), "error"
    for kind in range(-2, 26):
        net = Net()
        x = net.input("float32", [2], name="x")
        w = net.constant("float32", np.ones(2), name="w")
        net.graph.tensors[w].type = kind
        y = net.value("float32", [2], name="y")
        net.operator("ADD", [x, w], [y], "AddOptions")
        yield f"type-{kind}", net.bytes([y]), "ok" if kind == 0 else "either"


def quantisation() -> Iterator[Case]:
    for scale in (0.0, -1.0, float("nan"), float("inf"), 1e-45, 3e38):
        yield f"scale-{scale}", convolution(scale=scale), "either" if 0 < scale < 1e39 else "error"
        yield f"weight-scale-{scale}", convolution(scales=scale), "either" if 0 < scale < 1e39 else "error"
    for zero in (-129, 128, 2**40, -(2**63)):
        yield f"zero-{zero}", convolution(zero=zero), "error"
        net = Net()
        x = net.input("int8", [1, 2], 0.1, zero, name="x")
        y = net.value("int8", [1, 4], 0.1, zero, name="y")
        net.operator("PAD", [x, net.constant("int32", [[0, 0], [1, 1]])], [y])
        yield f"pad-zero-{zero}", net.bytes([y]), "error"
    for scales in ([0.1] * 3, [0.1] * 5, [0.1] * 1000):
        yield f"scales-{len(scales)}", convolution(scales=scales), "error"
    for weights in ((4, 3, 3, 3), (0, 3, 3, 2), (4, 0, 3, 2), (4, 3, 3, 0)):
        yield f"weights-{weights}", convolution(weights=weights), "either"
    for shape in ((1, 6, 6, 5), (1, 7, 6, 4), (6, 6, 4)):
        yield f"declared-{shape}", convolution(y_shape=shape), "error"


def one(change) -> bytes:
    net = Net()
    x = net.input("float32", [1, 3], name="x")
    y = net.value("float32", [1, 3], name="y")
    net.operator("RELU", [x], [y])
    change(net)
    return net.bytes(net.graph.outputs or [y])


def wiring() -> Iterator[Case]:
    def inputs(values):
        return lambda net: setattr(net.graph.operators[0], "inputs", values)

    def outputs(values):
        return lambda net: setattr(net.graph.operators[0], "outputs", values)

    yield "empty", b"", "error"
    yield "identifier-only", b"\x10\0\0\0TFL3", "error"
    for values in ([], [-1], [99], [-2], [2**31 - 1], [0, 0]):
        yield f"inputs-{values}", one(inputs(values)), "either" if values in ([], [-1], [0, 0]) else "error"
    for values in ([], [-1], [99], [0], [1, 1]):
        yield f"outputs-{values}", one(outputs(values)), "error"
    yield "cycle", one(inputs([1])), "error"
    yield "twice", one(lambda net: net.graph.operators.append(net.graph.operators[0])), "error"
    for index in (1, 2**32 - 1):
        yield f"code-{index}", one(lambda net, i=index: setattr(net.graph.operators[0], "opcodeIndex", i)), "error"
    for code in (210, 2**31 - 1, -1):
        yield (
            f"builtin-{code}",
            one(lambda net, c=code: setattr(net.model.operatorCodes[0], "builtinCode", c)),
            "either",
        )
    for version in (0, 2, 4):
        yield f"version-{version}", one(lambda net, v=version: setattr(net.model, "version", v)), "error"
    for buffer in (9, 2**32 - 1):
        yield f"buffer-{buffer}", one(lambda net, b=buffer: setattr(net.graph.tensors[0], "buffer", b)), "error"
    yield "no-subgraph", one(lambda net: setattr(net.model, "subgraphs", [])), "error"
    for name in ("\x1b[31mred", "a\nb", "\u202eevil", "x" * 70000, "<script>", "../../x", "a\0b"):
        yield (
            f"name-{len(name)}-{ord(name[0])}",
            one(lambda net, n=name: setattr(net.graph.tensors[1], "name", n)),
            "either",
        )
    yield "control-flow", one(lambda net: net.operator("WHILE", [1], [net.value("float32", [1, 3])])), "ok"


def bombs() -> Iterator[Case]:
    """Many references to one table or vector: linear files that would be quadratic work."""
    for count in (1000, 100_000):
        # root -> model table (operator codes, subgraphs) with `count` references to one subgraph table.
        vtable = struct.pack("<6H", 12, 12, 4, 0, 8, 0)
        head = struct.pack("<I4s", 8 + len(vtable), b"TFL3") + vtable
        table = struct.pack("<iII", len(vtable), 3, 4)
        vector = struct.pack("<I", count)
        target = len(head) + len(table) + len(vector) + 4 * count
        refs = b"".join(struct.pack("<I", target + 8 - (len(head) + len(table) + 4 + 4 * i)) for i in range(count))
        inner = struct.pack("<4H", 6, 4, 0, 0) + struct.pack("<i", 8)
        yield f"shared-subgraph-{count}", head + table + vector + refs + inner, "either"


def cases() -> Iterator[Case]:
    yield "fine", convolution(), "ok"
    for family in (attributes, shape_inputs, sizes, quantisation, wiring, bombs):
        yield from family()
