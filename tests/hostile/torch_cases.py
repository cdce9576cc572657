"""PyTorch's files that break a rule: pickles with code, exported programs and TorchScript with absurd values, safetensors.

Each case is (name, bytes, verdict, suffix): "error" must be refused, "ok" must load, "either" must only behave.
"""

import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from hostile import onnx_cases

FIXTURES = Path(__file__).parent.parent.parent / "src/model/format/torch/fixtures"
MODULE = b"\x80\x02c__torch__.m\nM\n)\x81}(X\x01\x00\x00\x00nK\x03ub."
Case = tuple[str, bytes, str, str]


def archive(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, data in members.items():
            z.writestr(zipfile.ZipInfo(f"a/{name}"), data, method)
    return out.getvalue()


def fixture(name: str) -> dict[str, bytes]:
    with zipfile.ZipFile(FIXTURES / name) as z:
        return {n.split("/", 1)[1]: z.read(n) for n in z.namelist()}


def text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value.encode())) + value.encode()


def number(value: int) -> bytes:
    return b"\x8a\x08" + struct.pack("<q", value)


def tensor(
    sizes: list[int], strides: list[int], offset: int = 0, storage: str = "FloatStorage", key: str = "0"
) -> bytes:
    """_rebuild_tensor_v2 over a storage of 16 bytes."""
    reference = b"(" + text("storage") + f"ctorch\n{storage}\n".encode() + text(key) + text("cpu") + b"K\x04tQ"
    shape = b"(" + b"".join(map(number, sizes)) + b"t" + b"(" + b"".join(map(number, strides)) + b"t"
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + reference + number(offset) + shape + b"\x89}tR"


def state(pickled: bytes, **more: bytes) -> bytes:
    return archive(
        {"data.pkl": b"\x80\x02" + pickled + b".", "data/0": struct.pack("<4f", 1, 2, 3, 4), "version": b"3", **more}
    )


def named(value: bytes) -> bytes:
    return b"}" + text("w") + value + b"s"


def pickles() -> Iterator[Case]:
    yield "fine", state(named(tensor([2, 2], [2, 1]))), "ok", ".pth"
    yield "transposed", state(named(tensor([2, 2], [1, 2]))), "ok", ".pth"
    for module, name in (
        *(
            ("os", "system"),
            ("posix", "system"),
            ("builtins", "eval"),
            ("__builtin__", "exec"),
            ("subprocess", "Popen"),
        ),
        *(("torch", "load"), ("torch.hub", "load"), ("runpy", "run_path"), ("webbrowser", "open"), ("numpy", "load")),
        *(("torch._utils", "_rebuild_qtensor"), ("torch", "FloatStorage.__reduce__"), ("collections", "OrderedDict.x")),
        *(("torch.jit._pickle", "restore_type_tag"), ("__torch__.m", "M"), ("\x1b[31m", "\u202e"), ("a" * 3000, "b")),
    ):
        call = f"c{module}\n{name}\n(".encode() + text("touch hostile_marker") + b"tR"
        yield f"global-{module[:20]!r}-{name!r}", state(named(call)), "error", ".pth"
        stacked = text(module) + text(name) + b"\x93(" + text("touch hostile_marker") + b"tR"
        yield f"stack-global-{module[:20]!r}-{name!r}", state(named(stacked)), "error", ".pth"
    for opcode in b"FILPSVgiop\x82\x83\x84\x8b\x8e\x8f\x90\x91\x92\x96\x97\x98\xff":
        yield f"opcode-{opcode:#x}", state(bytes([opcode]) + b"1\n1\n"), "error", ".pth"
    for sizes, strides, offset in (
        *(([2, 3], [3, 1], 0), ([4], [1], 1), ([4], [2], 0), ([2**62, 4], [4, 1], 0), ([-1], [1], 0), ([2], [-1], 1)),
        *(
            ([2], [1], -1),
            ([2], [2**62], 0),
            ([2**31, 2**31], [0, 0], 0),
            ([4], [1], 2**63 - 1),
            ([1] * 40, [1] * 40, 0),
        ),
        *(([2], [], 0), ([], [1], 0), ([2**40], [0], 0)),
    ):
        yield (
            f"tensor-{sizes[:3]}-{strides[:3]}-{offset}",
            state(named(tensor(sizes, strides, offset))),
            "error",
            ".pth",
        )
    for sizes in ([0], [0, 2**62], []):
        yield f"small-{sizes}", state(named(tensor(sizes, [1] * len(sizes)))), "either", ".pth"
    for storage in ("QInt8Storage", "ComplexFloatStorage", "NoStorage", "Storage"):
        yield f"storage-{storage}", state(named(tensor([1], [1], storage=storage))), "error", ".pth"
    for key in ("1", "../../etc/passwd", "/etc/passwd", "", "\0"):
        yield f"key-{key!r}", state(named(tensor([1], [1], key=key))), "error", ".pth"
    yield "not-a-dict", state(b"K\x01"), "error", ".pth"
    yield "own-list", state(b"}" + text("w") + b"]q\x00h\x00as"), "either", ".pth"
    yield "own-dict", state(b"}q\x00" + text("w") + b"h\x00s"), "either", ".pth"
    yield "twice", state(b"}(" + (text("w") + tensor([1], [1])) * 2 + b"u"), "error", ".pth"
    wide = b"}q\x00(" + b"".join(text(f"k{i}") + b"K\x01" for i in range(200)) + b"u0"
    for level in range(1, 8):  # each dict names the one before 200 times
        wide += (
            b"}q"
            + bytes([level])
            + b"("
            + b"".join(text(f"k{i}") + b"h" + bytes([level - 1]) for i in range(200))
            + b"u0"
        )
    yield "dict-bomb", state(wide + b"h\x07"), "either", ".pth"
    yield "many-marks", state(b"(" * 300_000), "error", ".pth"
    yield "many-lists", state(b"(" + b"]" * 1_000_000 + b"t"), "either", ".pth"
    yield "deep-tuples", state(b"N" + b"\x85" * 300_000), "error", ".pth"
    yield "memo", state(b"N" + b"".join(b"r" + struct.pack("<I", i) for i in range(100_000))), "error", ".pth"
    yield "long-name", state(b"}" + text("w" * 70_000) + tensor([1], [1]) + b"s"), "either", ".pth"
    for name in ("\x1b[31mred", "a\nb", "\u202eevil", "<script>", "../../x", "a\0b"):
        yield f"name-{name!r}", state(b"}" + text(name) + tensor([1], [1]) + b"s"), "ok", ".pth"
    yield "big-endian", state(named(tensor([1], [1])), byteorder=b"big"), "error", ".pth"
    deflated = archive(
        {"data.pkl": b"\x80\x02" + named(tensor([1], [1])) + b".", "data/0": bytes(16)}, zipfile.ZIP_DEFLATED
    )
    yield "deflated-storage", deflated, "error", ".pth"
    legacy = (FIXTURES / "pictures_legacy.pth").read_bytes()
    for size in (15, 16, 100, len(legacy) - 1):
        yield f"legacy-{size}", legacy[:size], "error", ".pth"


def edited(change: Callable[[dict], None], name: str = "tiny_28.pt2") -> bytes:
    members = fixture(name)
    program = json.loads(members["models/model.json"])
    change(program)
    return archive(members | {"models/model.json": json.dumps(program).encode()})


def programs() -> Iterator[Case]:
    def graph(program):
        return program["graph_module"]["graph"]

    def at(keys, value):
        def change(program):
            place = program
            for key in keys[:-1]:
                place = place[key]
            place[keys[-1]] = value

        return change

    yield "fine", edited(lambda _: None), "ok", ".pt2"
    for value in (0, 6, 9, -1, 2**63 - 1, "8", None):
        yield f"schema-{value}", edited(at(["schema_version", "major"], value)), "error", ".pt2"
    nodes = ["graph_module", "graph", "nodes"]
    for value in (None, {}, 3, [None], [{}], [[]], [{"target": 3}]):
        yield f"nodes-{value}", edited(at(nodes, value)), "error", ".pt2"
    for key in ("tensor_values", "nodes"):
        yield f"without-{key}", edited(lambda p, k=key: graph(p).pop(k)), "error", ".pt2"
    for key in ("graph", "signature"):
        yield f"without-{key}", edited(lambda p, k=key: p["graph_module"].pop(k)), "error", ".pt2"
    for target in (
        "torch.ops.aten.no_such.default",
        "os.system",
        "torch.ops.aten.",
        "torch.ops.aten..",
        "",
        "_operator.mul",
        "x" * 10**5,
    ):
        yield (
            f"target-{target[:30]}",
            edited(at([*nodes, 0, "target"], target)),
            "error" if len(target) > 10**4 else "either",
            ".pt2",
        )
    stride = [*nodes, 0, "inputs"]
    for values in ([0, 0], [-1, -1], [2**62, 2**62], [1], [1, 1, 1], [], [2**63 - 1, 1]):
        arg = {"name": "stride", "arg": {"as_ints": values}, "kind": 1}
        verdict = "ok" if values == [1] else "error"
        yield (
            f"stride-{values}",
            edited(lambda p, a=arg: graph(p)["nodes"][0]["inputs"].append(a)),
            verdict if values not in ([1, 1, 1], []) else "either",
            ".pt2",
        )
    for arg in (
        {},
        None,
        {"as_tensor": {}},
        {"as_tensor": {"name": "nothing"}},
        {"as_graph": {"graph": {}}},
        {"as_int": 1e300},
        {"as_int": "1"},
        {"as_ints": 3},
        {"as_a": 1, "as_b": 2},
        {"as_sym_int": {"as_name": "no"}},
        {"as_float": "x"},
    ):
        yield f"argument-{arg}", edited(at([*stride, 0, "arg"], arg)), "either", ".pt2"
    for sizes in (
        [{"as_int": -1}],
        [{"as_int": 2**62}] * 4,
        [{"as_expr": {"expr_str": "x" * 10**5}}],
        [{}],
        3,
        [{"as_int": 1}] * 1000,
    ):
        for name in ("conv2d", "p_0_weight", "input"):
            yield (
                f"sizes-{name}-{str(sizes)[:30]}",
                edited(at(["graph_module", "graph", "tensor_values", name, "sizes"], sizes)),
                "either",
                ".pt2",
            )
    for dtype in (0, 9, 99, -1, "7", None):
        yield (
            f"dtype-{dtype}",
            edited(at(["graph_module", "graph", "tensor_values", "conv2d", "dtype"], dtype)),
            "either",
            ".pt2",
        )
    specs = ["graph_module", "signature", "input_specs"]
    for spec in (
        {},
        {"custom_obj": {}},
        {"parameter": {}},
        {"parameter": {"arg": {"name": "x"}, "parameter_name": "../../x"}},
        {"token": {}},
    ):
        yield f"input-{spec}", edited(at([*specs, 0], spec)), "error", ".pt2"
    yield (
        "outputs",
        edited(
            at(["graph_module", "signature", "output_specs"], [{"user_output": {"arg": {"as_tensor": {"name": "no"}}}}])
        ),
        "error",
        ".pt2",
    )
    yield "cycle", edited(lambda p: graph(p)["nodes"].reverse()), "error", ".pt2"
    yield "twice", edited(lambda p: graph(p)["nodes"].extend(graph(p)["nodes"][:1])), "error", ".pt2"
    members = fixture("tiny_28.pt2")
    for name, data in (
        ("deep", b"[" * 200_000),
        ("list", b"[" + b"0," * 3_000_000 + b"0]"),
        ("empty", b""),
        ("nul", b"\0"),
        ("text", b'"x"'),
    ):
        yield f"json-{name}", archive(members | {"models/model.json": data}), "error", ".pt2"
    yield "two-programs", archive(members | {"models/other.json": members["models/model.json"]}), "error", ".pt2"
    yield "no-program", archive({k: v for k, v in members.items() if not k.startswith("models")}), "error", ".pt2"
    evil = archive({"data.pkl": b"\x80\x02cos\nsystem\n(" + text("touch hostile_marker") + b"tR."})
    yield "weights-with-code", archive(members | {"data/weights/model.pt": evil}), "error", ".pt2"
    yield "sample-inputs-with-code", archive(members | {"data/sample_inputs/model.pt": evil}), "ok", ".pt2"


def module(source: str, pickled: bytes = MODULE) -> bytes:
    return archive({"data.pkl": pickled, "constants.pkl": b"\x80\x02).", "code/__torch__/m.py": source.encode()})


def forward(*lines: str, more: str = "") -> bytes:
    body = "".join(f"    {line}\n" for line in lines)
    return module(
        f"class M(Module):\n  n : int\n  def forward(self: __torch__.m.M,\n    x: Tensor) -> Tensor:\n{body}{more}"
    )


def scripts() -> Iterator[Case]:
    yield "fine", forward("return torch.relu(x)"), "ok", ".pt"
    for line in (
        *(
            "import os",
            "x = open('a')",
            "return __import__('os')",
            "exec('1')",
            "return eval('1')",
            "os.system('x')",
            "x = a + b",
        ),
        *(
            "with x:",
            "return",
            "y = z",
            "return self",
            "return self.m",
            "return self.forward(x)",
            "x.y = 3",
            "return (self).forward(x, )",
        ),
        *(
            "return __torch__.n.f(x)",
            "return __torch__.m.g(x)",
            "return __torch__.......f(x)",
            "return __torch__(x)",
            "raise x",
        ),
        *(
            "return torch.relu(x",
            'return "',
        ),
        *(
            "return CONSTANTS.c0",
            "return CONSTANTS.c99999999999999999999",
            "return CONSTANTS.x",
            "return getattr(self, x)",
            "return 3",
        ),
        *(
            "return torch.floordiv(1, 0)",
            "return torch.pow(10, 99)",
            "return [][0]",
            "return {}[0]",
            "return -x",
            "return torch.add(self, 1)",
        ),
        *(
            "ops.prim.RaiseException('x')",
            "return x.y",
            "return x[0]",
            "return torch.mul(9223372036854775807, 2)",
            "a, b, c, = [x]",
        ),
    ):
        yield f"line-{line[:40]!r}", forward(line), "error", ".pt"
    for line in ("return torch.cat([x] , 99)", "return torch.conv2d(x, x)", "return torch.view(x, [0])"):
        yield f"line-{line!r}", forward(line), "either", ".pt"
    yield "unknown-operator", forward("return torch.no_such_operator(x, 1)"), "ok", ".pt"
    yield "endless", forward("while True:", "  pass", "return x"), "error", ".pt"
    yield "long-loop", forward("for i in range(1000000000):", "  pass", "return x"), "error", ".pt"
    yield (
        "nested-loops",
        forward("for i in range(70000):", "  for j in range(70000):", "    pass", "return x"),
        "error",
        ".pt",
    )
    yield (
        "recursion",
        forward("return __torch__.m.f(x)", more="def f(x: Tensor) -> Tensor:\n  return __torch__.m.f(x)\n"),
        "error",
        ".pt",
    )
    yield "own-forward", forward("return (self).forward(x, )"), "error", ".pt"
    yield "brackets", forward("return " + "(" * 100_000), "error", ".pt"
    yield "minus", forward("return " + "-" * 100_000 + "1"), "error", ".pt"
    yield "chain", forward("return x" + ".y" * 100_000), "error", ".pt"
    yield "indents", module("class M(Module):\n" + "".join(" " * i + "if x:\n" for i in range(1, 400))), "error", ".pt"
    yield "nested-lists", forward("a = [x]", *(["a = [a]"] * 5000), "return x"), "error", ".pt"
    yield (
        "list-in-itself",
        forward("a = annotate(List[Tensor], [])", "_0 = torch.append(a, a)", "return x"),
        "error",
        ".pt",
    )
    yield "growing-list", forward("a = [1, 2]", *(["a = torch.add(a, a)"] * 40), "return x"), "error", ".pt"
    yield "views-of-views", forward(*(["x = torch.view(x, [1, -1])"] * 500), "return x"), "either", ".pt"
    yield "doubling", forward(*(["x = torch.cat([x, x], 0)"] * 60)), "either", ".pt"
    yield "huge-tensor", forward("return torch.zeros([1000000, 1000000, 1000000])"), "error", ".pt"
    yield "many-parts", forward("return torch.chunk(torch.zeros([1000000]), 1000000, 0)"), "either", ".pt"
    yield "decision", forward("if torch.gt(torch.sum(x), 0):", "  return x", "return torch.relu(x)"), "error", ".pt"
    for pickled in (
        b"",
        b"N.",
        b"\x80\x02}.",
        MODULE.replace(b"__torch__.m", b"os"),
        MODULE.replace(b"\nM\n", b"\nX\n"),
        MODULE.replace(b"m\nM", b"../m\nM"),
    ):
        yield f"module-{pickled[:20]!r}", module("class M(Module):\n  pass\n", pickled), "error", ".pt"
    for source in (
        "",
        "\0",
        "\t",
        "\xff",
        "def f():\n",
        "class M(Module):\n",
        "class M(Module):\n  def forward(self):\n    return 1\n",
        "#" * 10**6,
    ):
        yield f"source-{source[:20]!r}-{len(source)}", module(source), "error", ".pt"


def safetensors() -> Iterator[Case]:
    def file(table: object, data: bytes = bytes(8), length: int | None = None) -> bytes:
        text = table if isinstance(table, bytes) else json.dumps(table).encode()
        return struct.pack("<Q", len(text) if length is None else length) + text + data

    def one(**change: object) -> bytes:
        return file({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]} | change})

    yield "fine", one(), "ok", ".safetensors"
    for change in (
        *(
            {"shape": [3]},
            {"shape": [-2]},
            {"shape": [2**62, 4]},
            {"shape": [2] + [1] * 40},
            {"shape": "2"},
            {"shape": [2.0]},
            {"shape": None},
        ),
        *(
            {"dtype": "F8_E5M2"},
            {"dtype": "C64"},
            {"dtype": 3},
            {"dtype": "f32"},
            {"data_offsets": [8, 0]},
            {"data_offsets": [4, 12]},
        ),
        *(
            {"data_offsets": [0, 8, 8]},
            {"data_offsets": [-8, 0]},
            {"data_offsets": [2**63, 2**63 + 8]},
            {"data_offsets": None},
        ),
    ):
        yield f"change-{change}", one(**change), "error", ".safetensors"
    for length in (0, 1, 9, 10**8, 10**8 + 1, 2**63, 2**64 - 1):
        yield f"length-{length}", file({}, length=length), "error", ".safetensors"
    yield "deep", file(b"{" + b'"a":[' * 100_000), "error", ".safetensors"
    yield "surplus", file({}, bytes(1)), "error", ".safetensors"
    yield "empty", b"", "error", ".safetensors"
    yield "polyglot", one() + archive({"data.pkl": b"N."}), "error", ".safetensors"


def mangled() -> Iterator[Case]:
    for name in (
        "tiny_25.pt2",
        "tiny_28.pt2",
        "tokens_trace.pt",
        "pictures_state.pth",
        "pictures_legacy.pth",
        "pictures.safetensors",
    ):
        data, suffix = (FIXTURES / name).read_bytes(), "." + name.split(".")[1]
        for case, changed, verdict in (
            *onnx_cases.truncations(name, data, 25),
            *onnx_cases.flips(name, data, 25, seed=5),
        ):
            yield case, changed, verdict, suffix


def cases() -> Iterator[Case]:
    for family in (pickles, programs, scripts, safetensors, mangled):
        for name, data, verdict, suffix in family():
            yield f"{family.__name__}-{name}", data, verdict, suffix
