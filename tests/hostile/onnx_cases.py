"""ONNX files that break a rule: of the wire format, of the schema, of an operator, or of good manners.

Each case is (name, bytes, verdict): "error" must be refused, "ok" must load, "either" must only behave.
"""

import os
import random
from collections.abc import Iterator
from pathlib import Path

from hostile import wire

Case = tuple[str, bytes, str]

WEIGHT = wire.tensor("w", [1, 1, 2, 2], wire.floats(1, 2, 3, 4))


def conv(attributes: bytes = b"", weight: bytes = WEIGHT) -> bytes:
    return wire.model(wire.graph(wire.node("Conv", ["x", "w"], ["y"], attributes), [weight]))


def truncations(name: str, data: bytes, count: int) -> Iterator[Case]:
    step = max(1, len(data) // count)
    for size in range(0, len(data), step):
        yield f"{name}-cut-{size}", data[:size], "either"


def flips(name: str, data: bytes, count: int, seed: int) -> Iterator[Case]:
    dice = random.Random(seed)
    for i in range(count):
        changed = bytearray(data)
        for _ in range(dice.randint(1, 4)):
            changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
        yield f"{name}-flip-{i}", bytes(changed), "either"


def sizes() -> Iterator[Case]:
    raw = wire.floats(1, 2, 3, 4)
    for dims in ([2**31, 2**31], [2**63 - 1], [-1, 4], [2**32, 2**32, 4], [-(2**63)], [1] * 100, [5], [3]):
        weight = wire.tensor("w", dims, raw)
        yield f"dims-{'x'.join(map(str, dims))[:40]}", conv(weight=weight), "error"
    yield "raw-short", conv(weight=wire.tensor("w", [1, 1, 2, 2], raw[:-1])), "error"
    yield "raw-long", conv(weight=wire.tensor("w", [1, 1, 2, 2], raw + b"x")), "error"
    yield "dtype-unknown", conv(weight=wire.tensor("w", [1, 1, 2, 2], raw, dtype=99)), "error"
    for dims in ([2**40, 2**40], [-5], [2**62, 2, 2, 2]):
        nodes = wire.node("Relu", ["x"], ["y"])
        yield f"input-{dims}", wire.model(wire.graph(nodes, shape=dims)), "either"


def attributes() -> Iterator[Case]:
    absurd = [0, -1, 2**31, 2**62, -(2**63)]
    for name in ("strides", "dilations", "kernel_shape"):
        for v in absurd:
            yield f"{name}-{v}", conv(wire.ints(name, [v, v])), "error"
        yield f"{name}-short", conv(wire.ints(name, [1])), "error"
        yield f"{name}-long", conv(wire.ints(name, [1] * 1000)), "error"
    for v in (2**31, 2**62, -(2**63), -9):
        yield f"pads-{v}", conv(wire.ints("pads", [v] * 4)), "error"
    for v in (0, -1, 2, 2**40):
        yield f"group-{v}", conv(wire.integer("group", v)), "error"
    yield "unknown-attribute", conv(wire.integer("colour", 1)), "either"
    yield "attribute-twice", conv(wire.integer("group", 1) + wire.integer("group", 1)), "either"
    yield "attribute-wrong-kind", conv(wire.integer("strides", 1)), "either"
    for op in ("Softmax", "Flatten", "Concat", "ArgMax"):
        for axis in (99, -99, 2**62, -(2**63)):
            nodes = wire.node(op, ["x"], ["y"], wire.integer("axis", axis))
            yield f"{op}-axis-{axis}", wire.model(wire.graph(nodes)), "either"
    for perm in ([0, 0, 1, 2], [0, 1], [4, 3, 2, 1], [-1, 0, 1, 2]):
        nodes = wire.node("Transpose", ["x"], ["y"], wire.ints("perm", perm))
        yield f"perm-{perm}", wire.model(wire.graph(nodes)), "either"
    for target in ([2**62, 2**62], [-1, -1], [-2], [3, 5], [0, 0]):
        shape = wire.tensor(
            "s", [len(target)], b"".join((v & (2**64 - 1)).to_bytes(8, "little") for v in target), wire.INT64
        )
        yield f"reshape-{target}", wire.model(wire.graph(wire.node("Reshape", ["x", "s"], ["y"]), [shape])), "either"


def wiring() -> Iterator[Case]:
    relu = wire.node("Relu", ["x"], ["y"])
    yield "empty", b"", "error"
    yield "no-graph", wire.number(1, 8), "error"
    yield (
        "cycle",
        wire.model(wire.graph(wire.node("Relu", ["b"], ["a"]) + wire.node("Relu", ["a"], ["b"]) + relu)),
        "error",
    )
    yield "self", wire.model(wire.graph(wire.node("Relu", ["y"], ["y"]))), "error"
    yield "two-producers", wire.model(wire.graph(relu + relu)), "error"
    yield "missing-input", wire.model(wire.graph(wire.node("Relu", ["nowhere"], ["y"]))), "error"
    yield "dangling-output", wire.model(wire.graph(wire.node("Relu", ["x"], ["z"]))), "error"
    yield "no-inputs", wire.model(wire.graph(wire.node("Relu", [], ["y"]))), "either"
    yield "too-many-inputs", wire.model(wire.graph(wire.node("Relu", ["x"] * 1000, ["y"]))), "either"
    yield "unknown-operator", wire.model(wire.graph(wire.node("Frobnicate", ["x"], ["y"]))), "ok"
    yield "unknown-domain", wire.model(wire.graph(wire.node("Relu", ["x"], ["y"], domain="evil.example"))), "either"
    for opset in (0, 10**9, 2**63 - 1):
        yield f"opset-{opset}", wire.model(wire.graph(relu), opset), "either"
    for weird in (
        "a\0b",
        "\x1b[31mred",
        "\u202eevil",
        "<script>window.hostile_marker=1</script>",
        "x" * 100_000,
        "\udcff",
    ):
        nodes = wire.node("Relu", ["x"], ["y"], name=weird)
        yield f"name-{len(weird)}-{ord(weird[0])}", wire.model(wire.graph(nodes)), "either"
    yield (
        "nan-weight",
        conv(weight=wire.tensor("w", [1, 1, 2, 2], wire.floats(float("nan"), float("inf"), 0, 0))),
        "either",
    )


def bombs() -> Iterator[Case]:
    inner = wire.graph(wire.node("Relu", ["x"], ["y"]))
    for _ in range(300):
        inner = wire.graph(wire.node("If", ["x"], ["y"], wire.body("then_branch", inner)))
    yield "nested-graphs", wire.model(inner), "either"
    functions = b""
    for i in range(30):
        callee = f"f{i + 1}" if i < 29 else "Relu"
        domain = "bomb" if i < 29 else ""
        calls = b"".join(
            wire.chunk(7, wire.node(callee, [a], [b], domain=domain)[2:]) for a, b in (("x", "m"), ("m", "y"))
        )
        functions += wire.chunk(
            25, wire.chunk(1, f"f{i}") + wire.chunk(4, "x") + wire.chunk(5, "y") + calls + wire.chunk(10, "bomb")
        )
    yield (
        "function-bomb",
        wire.model(wire.graph(wire.node("f0", ["x"], ["y"], domain="bomb")), functions=functions),
        "either",
    )
    itself = wire.chunk(
        25,
        wire.chunk(1, "f")
        + wire.chunk(4, "x")
        + wire.chunk(5, "y")
        + wire.chunk(10, "bomb")
        + wire.chunk(7, wire.node("f", ["x"], ["y"], domain="bomb")[2:]),
    )
    yield (
        "function-calls-itself",
        wire.model(wire.graph(wire.node("f", ["x"], ["y"], domain="bomb")), functions=itself),
        "either",
    )
    yield "groups", b"\x0b" * 100_000, "error"
    yield "endless-varint", b"\x08" + b"\xff" * 1000, "error"


def beside_external(folder: Path) -> None:
    """What lies beside and outside the model of each case of external_paths."""
    (folder / "data.bin").write_bytes(bytes(64))
    (folder / "link.bin").symlink_to("/etc/passwd")
    outside = folder.parent / "outside.bin"
    outside.write_bytes(bytes(64))
    (folder / "hard.bin").hardlink_to(outside)
    os.mkfifo(folder / "pipe.bin")
    (folder / "inner").mkdir()
    (folder / "inner" / "up").symlink_to("..")


def external_paths() -> Iterator[Case]:
    for location in (
        "../outside.bin",
        "/etc/passwd",
        "link.bin",
        "hard.bin",
        "missing.bin",
        ".",
        "",
        "a/../../outside.bin",
        "pipe.bin",
        "inner/up/data.bin",
        "inner",
        "case.onnx/x",
        "data.bin\0",
        "/proc/self/environ",
        "x" * 5000,
    ):
        yield (
            f"external-{location[:20].replace('/', '_')}",
            conv(weight=wire.external("w", [1, 1, 2, 2], {"location": location})),
            "error",
        )
    for offset, length in (
        ("60", "16"),
        ("-1", "16"),
        (str(2**63), "16"),
        ("0", str(2**64)),
        ("0", "15"),
        ("zero", "16"),
        ("0", "17"),
    ):
        entries = {"location": "data.bin", "offset": offset, "length": length}
        yield f"external-{offset}-{length}", conv(weight=wire.external("w", [1, 1, 2, 2], entries)), "error"
    entries = {"location": "data.bin", "offset": "0", "length": "16"}
    yield "external-fine", conv(weight=wire.external("w", [1, 1, 2, 2], entries)), "ok"


def cases(real: Path) -> Iterator[Case]:
    yield "fine", conv(), "ok"
    yield from truncations("conv", conv(), 200)
    yield from flips("conv", conv(), 120, seed=1)
    yield from truncations(real.stem, real.read_bytes(), 60)
    yield from flips(real.stem, real.read_bytes(), 60, seed=2)
    for family in (sizes, attributes, wiring, bombs):
        yield from family()
