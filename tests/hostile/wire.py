"""Just enough of protobuf's wire format and ONNX's field numbers to write models that no tool would write."""

import struct

FLOAT, INT64 = 1, 7


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def chunk(field: int, value: bytes | str) -> bytes:
    data = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(data)) + data


def tensor(name: str, dims: list[int], raw: bytes, dtype: int = FLOAT) -> bytes:
    return b"".join(number(1, d) for d in dims) + number(2, dtype) + chunk(8, name) + chunk(9, raw)


def external(name: str, dims: list[int], entries: dict[str, str]) -> bytes:
    pairs = b"".join(chunk(13, chunk(1, k) + chunk(2, v)) for k, v in entries.items())
    return b"".join(number(1, d) for d in dims) + number(2, FLOAT) + chunk(8, name) + pairs + number(14, 1)


def ints(name: str, values: list[int]) -> bytes:
    return chunk(5, chunk(1, name) + b"".join(number(8, v) for v in values) + number(20, 7))


def integer(name: str, value: int) -> bytes:
    return chunk(5, chunk(1, name) + number(3, value) + number(20, 2))


def real(name: str, value: float) -> bytes:
    return chunk(5, chunk(1, name) + varint(2 << 3 | 5) + struct.pack("<f", value) + number(20, 1))


def text(name: str, value: str | bytes) -> bytes:
    return chunk(5, chunk(1, name) + chunk(4, value) + number(20, 3))


def held_tensor(name: str, value: bytes) -> bytes:
    return chunk(5, chunk(1, name) + chunk(5, value) + number(20, 4))


def integers(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}q", *((v + 2**63) % 2**64 - 2**63 for v in values))


def index_tensor(name: str, values: list[int]) -> bytes:
    return tensor(name, [len(values)], integers(*values), INT64)


def body(name: str, graph: bytes) -> bytes:
    return chunk(5, chunk(1, name) + chunk(6, graph) + number(20, 5))


def node(
    op: str, inputs: list[str], outputs: list[str], attributes: bytes = b"", name: str = "n", domain: str = ""
) -> bytes:
    wires = b"".join(chunk(1, i) for i in inputs) + b"".join(chunk(2, o) for o in outputs)
    return chunk(1, wires + chunk(3, name) + chunk(4, op) + attributes + chunk(7, domain))


def value(field: int, name: str, dims: list[int], dtype: int = FLOAT) -> bytes:
    shape = chunk(2, b"".join(chunk(1, number(1, d)) for d in dims))
    return chunk(field, chunk(1, name) + chunk(2, chunk(1, number(1, dtype) + shape)))


def graph(nodes: bytes, initialisers: list[bytes] = (), shape: list[int] = (1, 1, 4, 4), name: str = "g") -> bytes:
    return (
        nodes
        + chunk(2, name)
        + b"".join(chunk(5, t) for t in initialisers)
        + value(11, "x", list(shape))
        + chunk(12, chunk(1, "y"))
    )


def model(graph_bytes: bytes, opset: int = 20, functions: bytes = b"") -> bytes:
    return number(1, 8) + chunk(7, graph_bytes) + chunk(8, number(2, opset)) + functions


def floats(*values: float) -> bytes:
    return struct.pack(f"<{len(values)}f", *values)
