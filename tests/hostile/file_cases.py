"""Arrays, archives, datasets, recipes and files that are not files: everything a command line can name but models and pictures."""

import gzip
import io
import os
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from hostile import wire
from hostile.judge import Case
from hostile.onnx_cases import flips, truncations
from hostile.picture_cases import MODEL, RECIPE, encoded

RELU = wire.model(wire.graph(wire.node("Relu", ["x"], ["y"])))


def arrays(name: str, file: str, data: bytes, verdict: str) -> Case:
    command = ("run", "relu.onnx", "--inputs", file)
    return Case(f"arrays-{name}", verdict, {"relu.onnx": RELU, file: data}, (command,))


def npy(head: str, data: bytes = bytes(64), version: bytes = b"\1\0", length: int | None = None) -> bytes:
    text = head.encode()
    wide = version[0] > 1
    size = len(text) if length is None else length
    return b"\x93NUMPY" + version + struct.pack("<I" if wide else "<H", size) + text + data


def head(descr: str = "'<f4'", order: str = "False", shape: str = "(1, 1, 4, 4)", more: str = "") -> str:
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, {more}}}\n"


def npy_rules() -> Iterator[Case]:
    good = npy(head())
    yield arrays("fine", "x.npy", good, "ok")
    for cut, part, _ in truncations("npy", good, 40):
        yield arrays(cut, "x.npy", part, "error")
    for flip, part, verdict in flips("npy", good, 30, 5):
        yield arrays(flip, "x.npy", part, verdict)
    for shape in (
        "(1, 1, 4, 5)", "(1, 1, 4, 3)", "(-1, 16)", "(9223372036854775807, 2)", "(4294967296, 4294967296)", "(0,)",
        "(16", "16", "[1, 1, 4, 4]", "(1,) * 4", "(1, 1, 4, 4, '')", "(99999999999999999999,)", "()", "(1.0, 16)",
        "(" + "1, " * 10_000 + ")", "(True, 16)", "None", "__import__('os').system('touch marker')",
    ):  # fmt: skip
        yield arrays(f"shape-{shape[:20]}", "x.npy", npy(head(shape=shape)), "error")
    for descr in (
        "'|O'", "'<c8'", "'<U4'", "'|S4'", "'<f16'", "'<f3'", "'>f4'", "'<i4'", "'<M8[s]'", "'|V4'", "[('a', '<f4')]",
        "''", "'<f4", "f4", "None", "'=f4'", "'<f-4'", "'<f99999999999999999999'", "('<f4', (2,))",
    ):  # fmt: skip
        yield arrays(f"type-{descr}", "x.npy", npy(head(descr)), "either" if descr in ("'>f4'", "'=f4'") else "error")
    for order in ("true", "0", "None", "'False'", "Truthy"):
        yield arrays(f"order-{order}", "x.npy", npy(head(order=order)), "error")
    for version in (b"\0\0", b"\2\0", b"\3\0", b"\4\0", b"\xff\xff"):
        verdict = "ok" if version in (b"\2\0", b"\3\0") else "error"
        yield arrays(f"version-{version[0]}", "x.npy", npy(head(), version=version), verdict)
    for length in (0, 1, 65535):
        yield arrays(f"header-length-{length}", "x.npy", npy(head(), length=length), "error")
    yield arrays("header-length-4g", "x.npy", npy(head(), version=b"\2\0", length=2**32 - 1), "error")
    for more in ("'shape': (16,),", "'evil': 1,", "'a': " + "(" * 5000, "# comment"):
        yield arrays(f"more-{more[:12]}", "x.npy", npy(head(more=more)), "error")
    yield arrays("no-shape", "x.npy", npy("{'descr': '<f4', 'fortran_order': False}\n"), "error")
    yield arrays("empty-header", "x.npy", npy("{}\n"), "error")
    yield arrays("nan", "x.npy", npy(head(), struct.pack("<16f", *[float("nan")] * 8, *[float("inf")] * 8)), "ok")
    yield arrays("pickle", "x.npy", b"\x80\x04cos\nsystem\n(S'touch marker'\ntR.", "error")
    yield arrays("empty", "x.npy", b"", "error")


def archive(*members: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    room = io.BytesIO()
    with zipfile.ZipFile(room, "w", method) as out:
        for name, data in members:
            out.writestr(zipfile.ZipInfo(name), data, method)
    return room.getvalue()


def npz_rules() -> Iterator[Case]:
    good = npy(head())
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        data = archive(("x.npy", good), method=method)
        yield arrays(f"npz-{method}", "x.npz", data, "ok")
        for cut, part, _ in truncations(f"npz-{method}", data, 30):
            yield arrays(cut, "x.npz", part, "error")
        for flip, part, verdict in flips(f"npz-{method}", data, 30, method):
            yield arrays(flip, "x.npz", part, verdict)
    for name in (
        "../x.npy",
        "/etc/x.npy",
        "x",
        "X.npy",
        "x.npy.npy",
        "",
        "\x1b[31m.npy",
        "\u202ex.npy",
        "C:\\x.npy",
        "a/x.npy",
    ):
        yield arrays(f"npz-name-{name!a}", "x.npz", archive((name, good)), "either")
    yield arrays("npz-twice", "x.npz", archive(("x.npy", good), ("y.npy", good)).replace(b"y.npy", b"x.npy"), "error")
    yield arrays("npz-two", "x.npz", archive(("x.npy", good), ("other.npy", good)), "either")
    yield arrays("npz-folder", "x.npz", archive(("x.npy", good), ("folder/", b"")), "either")
    yield arrays("npz-none", "x.npz", archive(), "error")
    yield arrays("npz-many", "x.npz", archive(*((f"{i}.npy", good) for i in range(20_000))), "error")
    large = npy(head(shape="(1, 1, 20000, 20000)"), bytes(1_600_000_000 // 16))
    yield arrays("npz-bomb-lies", "x.npz", archive(("x.npy", large), method=zipfile.ZIP_DEFLATED), "error")
    data = archive(("x.npy", good))
    directory = data.index(b"PK\1\2")
    end = data.index(b"PK\5\6")

    def with_bytes(at: int, new: bytes) -> bytes:
        return data[:at] + new + data[at + len(new) :]

    for name, at, new in (
        ("size", directory + 24, b"\xff\xff\xff\x7f"), ("packed", directory + 20, b"\xff\xff\xff\x7f"),
        ("zip64-size", directory + 24, b"\xff\xff\xff\xff"), ("local", directory + 42, b"\xff\xff\xff\x7f"),
        ("local-self", directory + 42, b"\1\0\0\0"), ("crc", directory + 16, b"\0\0\0\0"),
        ("method", directory + 10, b"\x0c\0"), ("encrypted", directory + 8, b"\1\0"), ("name-length", directory + 28, b"\xff\xff"),
        ("members", end + 10, b"\xff\x7f"), ("no-members", end + 10, b"\0\0"), ("directory", end + 16, b"\xff\xff\xff\x7f"),
        ("disks", end + 4, b"\1\0"), ("comment", end + 20, b"\5\0"), ("local-name", 30, b"y"), ("zip64-members", end + 10, b"\xff\xff"),
    ):  # fmt: skip
        yield arrays(f"npz-{name}", "x.npz", with_bytes(at, new), "error")
    yield arrays("npz-rubbish-first", "x.npz", b"rubbish" + data, "error")


def dataset(
    name: str, verdict: str, files: dict[str, bytes], path: str = "d", prepare=None, recipe: str = RECIPE
) -> Case:
    command = ("run", "scores.onnx", "--data", path, "--recipe", recipe)
    return Case(f"dataset-{name}", verdict, {"scores.onnx": MODEL, **files}, (command,), prepare)


def idx(*sizes: int, data: bytes, kind: int = 8) -> bytes:
    return struct.pack(f">HBB{len(sizes)}I", 0, kind, len(sizes), *sizes) + data


def idx_rules() -> Iterator[Case]:
    images, labels = "d/t10k-images-idx3-ubyte", "d/t10k-labels-idx1-ubyte"
    good, three = idx(3, 4, 4, data=bytes(48)), idx(3, data=b"\0\1\2")
    yield dataset("idx-fine", "ok", {images: good, labels: three})
    yield dataset(
        "idx-gz", "ok", {images + ".gz": gzip.compress(good, mtime=0), labels + ".gz": gzip.compress(three, mtime=0)}
    )
    for cut, part, _ in truncations("idx", good, 20):
        yield dataset(cut, "error", {images: part, labels: three})
    for cut, part, _ in truncations("idx-gz", gzip.compress(good, mtime=0), 15):
        yield dataset(cut, "error", {images + ".gz": part})
    for name, data in (
        ("none", idx(0, 4, 4, data=b"")), ("flat", idx(3, 0, 4, data=b"")), ("more", good + b"x"),
        ("huge", idx(2**32 - 1, 2**32 - 1, 2**32 - 1, data=bytes(48))), ("two", idx(3, 16, data=bytes(48))),
        ("floats", idx(3, 4, 4, data=bytes(192), kind=13)), ("four", idx(3, 4, 4, 1, data=bytes(48))),
    ):  # fmt: skip
        yield dataset(f"idx-{name}", "error", {images: data, labels: three})
    for name, data in (
        ("fewer", idx(2, data=b"\0\1")),
        ("more", idx(4, data=bytes(4))),
        ("images", good),
        ("empty", b""),
    ):
        yield dataset(f"idx-labels-{name}", "error", {images: good, labels: data})
    yield dataset("idx-bomb", "error", {images + ".gz": gzip.compress(bytes(1 << 28), 9, mtime=0) * 5})
    yield dataset("idx-bomb-members", "error", {images + ".gz": gzip.compress(b"", mtime=0) * 50_000})


def list_rules() -> Iterator[Case]:
    picture = encoded("L", "PNG")
    files = {"d/a.png": picture, "outside.png": picture}
    yield dataset("csv-fine", "ok", {**files, "d/list.csv": b"path,label\na.png,3\n"}, "d/list.csv")
    for name, text in (
        ("parent", "../outside.png,1"), ("absolute", "/etc/passwd,1"), ("hidden-parent", "x/../../outside.png,1"),
        ("missing", "b.png,1"), ("empty", ""), ("only-header", "path,label"), ("no-path", ",1"), ("folder", ".,1"),
        ("mixed", "a.png,1\na.png"), ("quote", '"a.png,1'), ("after-quote", '"a.png"x,1'), ("nul", "a.png\0,1"),
        ("proc", "/proc/self/environ,1"), ("escape", "\x1b[31m.png,1"), ("long", "x" * 100_000 + ",1"),
        ("link", "link.png,1"), ("hard", "hard.png,1"), ("pipe", "pipe.png,1"), ("list-itself", "list.csv,1"),
    ):  # fmt: skip

        def prepare(folder: Path) -> None:
            (folder / "d/link.png").symlink_to("../outside.png")
            (folder / "d/hard.png").hardlink_to(folder / "outside.png")
            os.mkfifo(folder / "d/pipe.png")

        yield dataset(f"csv-{name}", "error", {**files, "d/list.csv": text.encode()}, "d/list.csv", prepare)
    for label in ("-1", "99999999999999999999", "nan", "1e3", "=1+1", "\u202e", "n99999999"):
        text = f"a.png,{label}\n".encode()
        yield dataset(f"csv-label-{label!a}", "either", {**files, "d/list.csv": text}, "d/list.csv")
    yield dataset("csv-line", "error", {**files, "d/list.csv": b"a" * (2 << 20)}, "d/list.csv")
    yield dataset("csv-lines", "either", {**files, "d/list.csv": b"a.png,1\n" * 200_000}, "d/list.csv")


def folder_rules() -> Iterator[Case]:
    picture = encoded("L", "PNG")

    def made(name: str, verdict: str, prepare: Callable[[Path], None], path: str = "d") -> Case:
        def full(folder: Path) -> None:
            (folder / "d").mkdir()
            prepare(folder / "d")

        return dataset(f"folder-{name}", verdict, {}, path, full)

    yield made("empty", "error", lambda d: None)
    yield made("loop", "error", lambda d: (d / "a").symlink_to("../d"))
    yield made("self", "error", lambda d: (d / "a.png").symlink_to("a.png"))
    yield made("pipe", "error", lambda d: os.mkfifo(d / "a.png"))
    yield made("link-out", "either", lambda d: (d / "a.png").symlink_to("/etc/passwd"))
    yield made("device", "either", lambda d: (d / "a.png").symlink_to("/dev/zero"))
    yield made("folder-as-picture", "error", lambda d: (d / "a.png").mkdir())
    yield made("text", "error", lambda d: (d / "a.txt").write_text("hello"))
    yield made("bad-picture", "error", lambda d: (d / "a.png").write_bytes(picture[:100]))
    yield made("odd-names", "ok", lambda d: (d / "a\n\x1b[31m\u202e'\"<b>.png").write_bytes(picture))
    yield made("bytes-name", "ok", lambda d: Path(os.fsdecode(os.fsencode(d) + b"/\xff\xfe.png")).write_bytes(picture))
    yield made("missing", "error", lambda d: None, "nowhere")
    yield made("null-device", "error", lambda d: None, "/dev/null")
    yield made("zero-device", "error", lambda d: None, "/dev/zero")
    yield made("proc", "error", lambda d: None, "/proc/self/mem")
    yield made("cifar-odd", "error", lambda d: (d / "test_batch.bin").write_bytes(bytes(3072)))
    yield made("cifar-label", "error", lambda d: (d / "test_batch.bin").write_bytes(b"\x0a" + bytes(3072)))
    yield made("cifar-empty", "error", lambda d: (d / "test_batch.bin").write_bytes(b""))
    yield made("cifar-fine", "ok", lambda d: (d / "test_batch.bin").write_bytes(bytes(3073 * 2)))


def recipe_rules() -> Iterator[Case]:
    files = {"d/a.png": encoded("L", "PNG")}
    for text in (
        "", " ", "resize", "resize(", "resize()", "resize(0)", "resize(-1,nearest,pil)", "resize(4)", "resize(4x4,nearest)",
        "resize(99999999999999999999,nearest,pil)", "resize(1000000x1000000,nearest,pil)", "resize(4x4,foo,pil)",
        "resize(4x4,nearest,foo)", "crop(100000000)", "crop(0)", "crop(4x)", "crop(101%)", "crop(0%)", "crop(nan%)", "pad(-4)",
        "pad(100000x100000)", "pad(4,256)", "pad(4,nan)", "scale(0/0) nchw", "scale(1/0)", "scale(inf)", "scale(nan)", "scale(1e999)",
        "scale(1,2)", "mean(1,2)", "mean(a,b,c)", "std(0)", "std(0,1,1)", "std(nan)", "norm(foo)", "norm", "labels(7)", "gray(1)",
        "unknown(1)", "scale(1/255", "scale(1/255))", "\x1b[31m", "nchw nhwc", "scale(1) gray", "scale(1) resize(4x4,nearest,pil)",
        "crop(4) " * 10_000, "(" * 50_000, "resize(4x4,nearest,pil) " * 4_000, "a" * 100_000,
        "\u202eevil", "resize(4x4,nearest,pil)crop(4)", "$(touch marker)", "`id`",
    ):  # fmt: skip
        yield dataset(f"recipe-{text[:30]!a}", "error", files, recipe=text)
    for text in ("shift(1e308) shift(1e308)", "gray resize(4x4,nearest,pil) scale(1e300) scale(1e300) nchw"):
        yield dataset(f"recipe-{text[:30]}", "either", files, recipe=text)


def special_files() -> Iterator[Case]:
    def holes(path: Path) -> None:
        with open(path, "wb") as file:
            file.truncate(6 << 30)

    kinds: dict[str, Callable[[Path], None]] = {
        "pipe": os.mkfifo,
        "folder": Path.mkdir,
        "loop": lambda p: p.symlink_to(p.name),
        "dangling": lambda p: p.symlink_to("nowhere"),
        "holes": holes,
        "missing": lambda p: None,
        "zero": lambda p: p.symlink_to("/dev/zero"),
        "memory": lambda p: p.symlink_to("/proc/self/mem"),
        "empty": lambda p: p.write_bytes(b""),
    }
    for kind, make in kinds.items():
        for name in ("m.onnx", "m.tflite"):
            yield Case(
                f"special-{kind}-{name}",
                "error",
                {},
                (("show", name), ("run", name, "--inputs", "x.npy")),
                lambda f, n=name, k=make: k(f / n),
            )
        for name in ("x.npy", "x.npz"):
            command = ("run", "relu.onnx", "--inputs", name)
            yield Case(
                f"special-{kind}-{name}", "error", {"relu.onnx": RELU}, (command,), lambda f, n=name, k=make: k(f / n)
            )
        command = ("report", "x.json", "-o", "x.html")
        yield Case(f"special-{kind}-x.json", "error", {}, (command,), lambda f, k=make: k(f / "x.json"))
    for name, make in (("out.npz", Path.mkdir), ("out.npz", os.mkfifo)):
        command = ("run", "relu.onnx", "--inputs", "x.npy", "--outputs", name)
        files = {"relu.onnx": RELU, "x.npy": npy(head())}
        yield Case(f"special-output-{make.__name__}", "error", files, (command,), lambda f, n=name, k=make: k(f / n))
    into_nowhere = ("run", "relu.onnx", "--inputs", "x.npy", "--outputs", "no/where.npz")
    yield Case("special-output-nowhere", "error", {"relu.onnx": RELU, "x.npy": npy(head())}, (into_nowhere,))


def report_rules() -> Iterator[Case]:
    for name, text in (
        ("empty", b""), ("null", b"null"), ("list", b"[]"), ("object", b"{}"), ("deep", b"[" * 100_000), ("cut", b'{"schema": "dlas.diff/1"'),
        ("schema", b'{"schema": "dlas.diff/999"}'), ("only-schema", b'{"schema": "dlas.diff/1"}'), ("utf8", b'{"schema": "\xff"}'),
        ("number", b'{"schema": "dlas.diff/1", "images": 1e999}'), ("types", b'{"schema": "dlas.diff/1", "images": "many", "top1": []}'),
        ("zip", archive(("x", b"x"))), ("nul", bytes(100)), ("deep-object", b'{"a":' * 100_000),
    ):  # fmt: skip
        yield Case(f"report-{name}", "error", {"x.json": text}, (("report", "x.json", "-o", "x.html"),))


def cases() -> Iterator[Case]:
    for family in (
        npy_rules, npz_rules, idx_rules, list_rules, folder_rules, recipe_rules, special_files, report_rules,
    ):  # fmt: skip
        yield from family()
