"""TensorFlow's files that break a rule: graphs with absurd values and wiring, functions without end, tables and shards that lie.

A case of a graph is (name, bytes, verdict); a case of a SavedModel is a judge.Case with a folder. "error" must be refused,
"ok" must load, "either" must only behave.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

from hostile import judge, onnx_cases
from hostile.wire import chunk, number

FIXTURES = Path(__file__).parent.parent.parent / "src/model/format/tensorflow/fixtures"
FLOAT, INT32, STRING, BOOL = 1, 3, 7, 10
TYPES = {"T": FLOAT, "dtype": FLOAT}
Case = tuple[str, bytes, str]


def shape(dims: list[int]) -> bytes:
    return b"".join(chunk(2, number(1, d)) for d in dims)


def tensor(dtype: int, dims: list[int], values: bytes) -> bytes:
    return number(1, dtype) + chunk(2, shape(dims)) + values


def attribute(name: str, value: bytes) -> bytes:
    return chunk(5, chunk(1, name) + chunk(2, value))


def integers(name: str, values: list[int]) -> bytes:
    return attribute(name, chunk(1, b"".join(number(3, v) for v in values)))


def text(name: str, value: str) -> bytes:
    return attribute(name, chunk(2, value))


def node(name: str, op: str, inputs: tuple = (), attributes: bytes = b"") -> bytes:
    return chunk(1, name) + chunk(2, op) + b"".join(chunk(3, i) for i in inputs) + attributes


def constant(name: str, content: bytes) -> bytes:
    return node(name, "Const", (), attribute("value", chunk(8, content)))


def picture(dims: list[int] | None = None) -> bytes:
    size = attribute("shape", chunk(7, shape(dims or [1, 4, 4, 2])))
    return node("x", "Placeholder", (), attribute("dtype", number(6, FLOAT)) + size)


def graph(*nodes: bytes, functions: tuple = ()) -> bytes:
    library = b"".join(chunk(1, f) for f in functions)
    return b"".join(chunk(1, n) for n in nodes) + (chunk(2, library) if library else b"")


def function(name: str, nodes: list[bytes], returned: str) -> bytes:
    signature = chunk(1, name) + chunk(2, chunk(1, "x")) + chunk(3, chunk(1, "y"))
    return chunk(1, signature) + b"".join(chunk(3, n) for n in nodes) + chunk(4, chunk(1, "y") + chunk(2, returned))


def call(name: str, callee: str, source: str) -> bytes:
    return node(name, "PartitionedCall", (source,), attribute("f", chunk(10, chunk(1, callee))))


def floats(*values: float) -> bytes:
    return chunk(4, struct.pack(f"<{len(values)}f", *values))


def numbers(name: str, *values: int) -> bytes:
    return constant(name, tensor(INT32, [len(values)], chunk(4, struct.pack(f"<{len(values)}i", *values))))


def sizes() -> Iterator[Case]:
    add = node("y", "AddV2", ("x", "c"))
    for dims in ([2**31], [2**62, 4], [2**63 - 1], [-1], [-(2**63)], [2**16, 2**16, 2**16], [1] * 17, [1] * 300):
        yield (
            f"const-{dims[0]}x{len(dims)}",
            graph(picture(), constant("c", tensor(FLOAT, dims, floats(1))), add),
            "error",
        )
        empty = graph(picture(), constant("c", tensor(FLOAT, dims, b"")), add)
        yield f"splat-{dims[0]}x{len(dims)}", empty, "error"
        yield f"input-{dims[0]}x{len(dims)}", graph(picture(dims), node("y", "Relu", ("x",))), "either"
        target = numbers("c", *((d + 2**31) % 2**32 - 2**31 for d in dims))
        yield f"reshape-{dims[0]}x{len(dims)}", graph(picture(), target, node("y", "Reshape", ("x", "c"))), "either"
        yield f"fill-{dims[0]}x{len(dims)}", graph(picture(), target, node("y", "Fill", ("c", "x"))), "either"
        yield f"tile-{dims[0]}x{len(dims)}", graph(picture(), target, node("y", "Tile", ("x", "c"))), "either"
    for size in (0, 1, 3, 5, 4096):
        data = chunk(4, b"a" * size)
        verdict = "either" if size == 0 else "error"
        yield f"content-{size}", graph(picture(), constant("c", tensor(FLOAT, [1], data)), add), verdict
    for dtype in (0, -1, 7, 8, 11, 20, 21, 25, 77, 2**40, 101):
        yield f"dtype-{dtype}", graph(picture(), constant("c", tensor(dtype, [1], b"")), add), "either"
    bools = tensor(BOOL, [2], chunk(4, b"\x02\x01"))
    yield "bool-2", graph(picture(), constant("c", bools), node("y", "LogicalNot", ("c",))), "error"


def operators() -> Iterator[Case]:
    kernel = constant("w", tensor(FLOAT, [1, 1, 2, 2], floats(1, 2, 3, 4)))
    absurd = [0, -1, 2**31 - 1, 2**31, 2**63 - 1, -(2**63)]
    for value in absurd:
        for op, inputs in (("Conv2D", ("x", "w")), ("MaxPool", ("x",)), ("AvgPool", ("x",))):
            for name in ("strides", "dilations", "ksize"):
                lists = {"strides": [1, 1, 1, 1], "dilations": [1, 1, 1, 1], "ksize": [1, 1, 1, 1]}
                lists[name] = [1, value, 1, 1]
                given = b"".join(integers(n, v) for n, v in lists.items()) + text("padding", "SAME")
                yield f"{op}-{name}-{value}", graph(picture(), kernel, node("y", op, inputs, given)), "either"
        pads = integers("strides", [1, 1, 1, 1]) + text("padding", "EXPLICIT")
        pads += integers("explicit_paddings", [0, 0, value, 0, 0, value, 0, 0])
        yield f"pads-{value}", graph(picture(), kernel, node("y", "Conv2D", ("x", "w"), pads)), "either"
        for name in ("block_size", "depth_radius", "axis", "num", "num_split", "num_bits", "num_outs"):
            given = attribute(name, number(3, value))
            for op in ("DepthToSpace", "SpaceToDepth", "LRN", "Pack", "Unpack", "FakeQuantWithMinMaxArgs", "_SwitchN"):
                yield f"{op}-{name}-{value}", graph(picture(), node("y", op, ("x", "x"), given)), "either"
        low = (value + 2**31) % 2**32 - 2**31
        for op, inputs in (
            ("ArgMax", ("x", "c")), ("Mean", ("x", "c")), ("ExpandDims", ("x", "c")), ("Split", ("c", "x")),
            ("GatherV2", ("x", "c", "c")), ("Transpose", ("x", "c")), ("ConcatV2", ("x", "x", "c")), ("Cumsum", ("x", "c")),
            ("OneHot", ("c", "c", "x", "x")), ("ResizeBilinear", ("x", "c")), ("TopKV2", ("x", "c")), ("Range", ("c", "c", "c")),
            ("ReverseV2", ("x", "c")), ("Slice", ("x", "c", "c")), ("StridedSlice", ("x", "c", "c", "c")),
            ("BatchToSpaceND", ("x", "c", "c")), ("Pad", ("x", "c")), ("SplitV", ("x", "c", "c")), ("BroadcastTo", ("x", "c")),
        ):  # fmt: skip
            yield f"{op}-{value}", graph(picture(), numbers("c", low), node("y", op, inputs)), "either"
            yield f"{op}-two-{value}", graph(picture(), numbers("c", low, low), node("y", op, inputs)), "either"
    for equation in ("", "->", "a" * 5000, "ij,jk", "...->...", "\x1b[31m", "abcd->" + "a" * 100):
        yield (
            f"einsum-{equation[:8]!r}",
            graph(picture(), node("y", "Einsum", ("x",), text("equation", equation))),
            "either",
        )
    for mask in (2**31 - 1, -1, 2**40, 6):
        given = attribute("ellipsis_mask", number(3, mask)) + attribute("new_axis_mask", number(3, mask))
        yield (
            f"mask-{mask}",
            graph(picture(), numbers("c", 0), node("y", "StridedSlice", ("x", "c", "c", "c"), given)),
            "either",
        )


def wiring() -> Iterator[Case]:
    yield "cycle", graph(node("a", "Relu", ("b",)), node("b", "Relu", ("a",)), node("y", "Relu", ("a",))), "error"
    yield "itself", graph(node("y", "Relu", ("y",)), node("z", "Relu", ("y",))), "error"
    yield "nowhere", graph(node("y", "Relu", ("nowhere",))), "error"
    yield "twice", graph(picture(), node("y", "Relu", ("x",)), node("y", "Relu", ("x",))), "error"
    yield "no-inputs", graph(node("y", "Relu")), "either"
    yield "no-outputs", graph(picture()), "error"
    yield "empty-node", chunk(1, b""), "error"
    for reference in ("x:7", "x:", ":0", "x:y:z:1", "^", "^^x", "x:99999999999999999999", "x:-1", "x:0:0"):
        yield f"reference-{reference}", graph(picture(), node("y", "Relu", (reference,))), "either"
    for name in ("\x1b[31m", "\u202e", "a\0b", "<script>", "=1+1", "a" * 70000, "\udcff"):
        named = node(name, "Relu", ("x",))
        yield f"name-{name[:8]!r}", graph(picture(), named, node("y", name, (name,))), "either"
    yield (
        "loop",
        graph(
            picture(),
            node("e", "Enter", ("x",)),
            node("m", "Merge", ("e", "n")),
            node("n", "NextIteration", ("m",)),
            node("y", "Exit", ("m",)),
        ),
        "ok",
    )
    for op in ("ReadFile", "WriteFile", "PyFunc", "EagerPyFunc", "DecodeJpeg", "Print", "SaveV2", "RestoreV2", "Save"):
        yield f"code-{op}", graph(picture(), node("r", op, ("x",)), node("y", "Relu", ("r",))), "ok"


def bombs() -> Iterator[Case]:
    twice = [
        function(f"f{i}", [call("a", f"f{i + 1}", "x"), call("b", f"f{i + 1}", "a:output:0")], "b:output:0")
        for i in range(50)
    ]
    leaf = function("f50", [node("n", "Relu", ("x",))], "n:y:0")
    yield "functions-double", graph(picture(), call("y", "f0", "x"), functions=(*twice, leaf)), "error"
    for depth in (60, 100, 5000):
        chain = [function(f"f{i}", [call("a", f"f{i + 1}", "x")], "a:output:0") for i in range(depth)]
        last = function(f"f{depth}", [node("n", "Relu", ("x",))], "n:y:0")
        verdict = "ok" if depth < 64 else "error"
        yield f"functions-deep-{depth}", graph(picture(), call("y", "f0", "x"), functions=(*chain, last)), verdict
    cycle = (function("a", [call("c", "b", "x")], "c:output:0"), function("b", [call("c", "a", "x")], "c:output:0"))
    yield "functions-cycle", graph(picture(), call("y", "a", "x"), functions=cycle), "ok"
    yield "function-missing", graph(picture(), call("y", "a", "x")), "ok"
    yield (
        "function-returns-nothing",
        graph(picture(), call("y", "a", "x"), functions=(function("a", [], "n:y:0"),)),
        "error",
    )
    yield "nodes", graph(*(node(f"n{i}", "Relu", (f"n{i - 1}",)) for i in range(1, 90000)), node("n0", "Relu")), "error"
    yield (
        "long-chain",
        graph(picture(), node("n0", "Relu", ("x",)), *(node(f"n{i}", "Relu", (f"n{i - 1}",)) for i in range(1, 20000))),
        "ok",
    )
    yield "many-inputs", graph(picture(), node("y", "AddN", ("x",) * 20000)), "either"
    yield (
        "many-splats",
        graph(
            *(constant(f"c{i}", tensor(FLOAT, [2**24], b"")) for i in range(40)),
            node("y", "AddN", tuple(f"c{i}" for i in range(40))),
        ),
        "error",
    )
    yield (
        "many-attributes",
        graph(picture(), node("y", "Relu", ("x",), attribute("a", number(3, 1)) * 100000)),
        "either",
    )
    yield "deep-message", chunk(1, nested(3000)), "either"


def nested(depth: int) -> bytes:
    out = b""
    for _ in range(depth):
        out = chunk(5, out)
    return chunk(1, "y") + chunk(2, "Relu") + out


def graphs() -> Iterator[Case]:
    for name in ("old.pb", "frozen.pb"):
        data = (FIXTURES / name).read_bytes()
        yield name, data, "ok"
        yield from onnx_cases.truncations(name, data, 60)
        yield from onnx_cases.flips(name, data, 60, seed=7)
    for group in (sizes, operators, wiring, bombs):
        yield from group()


def folder_of(name: str) -> dict[str, bytes]:
    root = FIXTURES / name
    return {f"m/{p.relative_to(root)}": p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def saved(name: str, verdict: str, files: dict[str, bytes], prepare=None) -> judge.Case:
    commands = (("show", "m"), ("show", "m/saved_model.pb", "--json"))
    return judge.Case(f"saved-{name}", verdict, files, commands, prepare)


def saved_models() -> Iterator[judge.Case]:
    good = folder_of("saved")
    yield saved("good", "ok", good)
    for part in ("saved_model.pb", "variables/variables.index", "variables/variables.data-00000-of-00001"):
        data = good[f"m/{part}"]
        for what, changed, verdict in (
            *onnx_cases.truncations(part, data, 20),
            *onnx_cases.flips(part, data, 30, seed=5),
        ):
            yield saved(
                what.replace("/", "-"),
                "either" if part == "saved_model.pb" else verdict,
                {**good, f"m/{part}": changed},
            )
    index, shard = "m/variables/variables.index", "m/variables/variables.data-00000-of-00001"
    yield saved("no-index", "error", {k: v for k, v in good.items() if k != index})
    yield saved("no-shard", "error", {k: v for k, v in good.items() if k != shard})
    yield saved("empty-shard", "error", {**good, shard: b""})
    yield saved("longer-shard", "ok", {**good, shard: good[shard] + b"more"})

    def linked(folder: Path) -> None:
        (folder / "outside").write_bytes(good[shard])
        (folder / shard).unlink()
        (folder / shard).symlink_to("../../outside")

    def hard(folder: Path) -> None:
        (folder / shard).rename(folder / "outside")
        (folder / shard).hardlink_to(folder / "outside")

    def elsewhere(folder: Path) -> None:
        (folder / "m/variables").rename(folder / "variables")
        (folder / "m/variables").symlink_to("../variables")

    def fifo(folder: Path) -> None:
        import os

        (folder / shard).unlink()
        os.mkfifo(folder / shard)

    for prepare in (linked, hard, elsewhere, fifo):
        yield saved(prepare.__name__, "error", good, prepare)
