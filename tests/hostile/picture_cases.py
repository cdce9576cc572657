"""Pictures that break a rule of their format, or keep all of them and are still too much."""

import io
import struct
import zlib
from collections.abc import Iterator

import numpy as np
from PIL import Image

from hostile import wire
from hostile.judge import Case
from hostile.onnx_cases import flips, truncations

RECIPE = "gray resize(4x4,nearest,pil) scale(1/255) nchw"
# x [1,1,4,4] -> 16 scores.
MODEL = wire.model(wire.graph(wire.node("Flatten", ["x"], ["y"])))


def case(name: str, data: bytes, verdict: str) -> Case:
    command = ("run", "scores.onnx", "--data", "picture", "--recipe", RECIPE)
    return Case(f"picture-{name}", verdict, {"scores.onnx": MODEL, "picture": data}, (command,))


def encoded(mode: str, kind: str, **options) -> bytes:
    dice = np.random.default_rng(1)
    shape = (19, 23) if mode in ("L", "P", "1", "I;16") else (19, 23, len(mode))
    values = dice.integers(0, 65536 if mode == "I;16" else 256, shape)
    picture = Image.fromarray(values.astype(np.uint16 if mode == "I;16" else np.uint8), None)
    if mode in ("P", "1", "CMYK", "RGBA"):
        picture = Image.fromarray(dice.integers(0, 256, (19, 23, 3)).astype(np.uint8)).convert(mode)
    room = io.BytesIO()
    picture.save(room, kind, **options)
    return room.getvalue()


def broken() -> Iterator[Case]:
    kinds = {
        "jpeg": encoded("RGB", "JPEG", quality=80),
        "progressive": encoded("RGB", "JPEG", progressive=True),
        "cmyk": encoded("CMYK", "JPEG"),
        "gray-jpeg": encoded("L", "JPEG"),
        "png": encoded("RGB", "PNG"),
        "palette": encoded("P", "PNG"),
        "png16": encoded("I;16", "PNG"),
        "rgba": encoded("RGBA", "PNG"),
        "bmp": encoded("RGB", "BMP"),
        "ppm": encoded("RGB", "PPM"),
    }
    for seed, (name, data) in enumerate(kinds.items()):
        yield case(name, data, "ok")
        # A JPEG without its last two bytes is whole but for the end marker; all else that is cut off is refused.
        for cut, part, _ in truncations(name, data, 11):
            yield case(cut, part, "error")
        yield case(f"{name}-cut-last", data[:-1], "either" if "jpeg" in name or name == "cmyk" else "error")
        for flip, part, verdict in flips(name, data[:700], 8, seed):
            yield case(flip, part + data[700:], verdict)


def chunk(kind: bytes, data: bytes, crc: int | None = None, length: int | None = None) -> bytes:
    check = zlib.crc32(kind + data) if crc is None else crc
    return struct.pack(">I", len(data) if length is None else length) + kind + data + struct.pack(">I", check)


def header(width: int, height: int, depth: int = 8, colour: int = 0, interlace: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace))


def png(*chunks: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def png_rules() -> Iterator[Case]:
    data, end = chunk(b"IDAT", zlib.compress(b"\0\1\2\3\4" * 4)), chunk(b"IEND", b"")
    good = header(4, 4)
    yield case("png-fine", png(good, data, end), "ok")
    for width, height in ((0, 4), (4, 0), (2**31 - 1, 2**31 - 1), (2**31, 1), (100_001, 1000), (2**32 - 1, 1), (5, 4)):
        yield case(f"png-{width}x{height}", png(header(width, height), data, end), "error")
    for depth, colour in ((3, 0), (16, 3), (0, 0), (8, 1), (8, 5), (8, 255), (32, 2)):
        yield case(f"png-depth-{depth}-{colour}", png(header(4, 4, depth, colour), data, end), "error")
    yield case("png-interlace-9", png(header(4, 4, interlace=9), data, end), "error")
    yield case("png-no-data", png(good, end), "error")
    yield case("png-no-end", png(good, data), "error")
    yield case("png-header-twice", png(good, good, data, end), "either")
    yield case("png-no-header", png(data, end), "error")
    yield case("png-crc", png(good, chunk(b"IDAT", data[8:-4], crc=1), end), "error")
    yield case("png-critical-unknown", png(good, chunk(b"EVIL", b"x"), data, end), "error")
    for length in (2**31, 2**32 - 1, 5):
        yield case(f"png-length-{length}", png(good, chunk(b"IDAT", data[8:-4], length=length), end), "error")
    yield case("png-no-palette", png(header(4, 4, 8, 3), data, end), "error")
    yield case("png-palette-4", png(header(4, 4, 8, 3), chunk(b"PLTE", b"1234"), data, end), "error")
    yield case("png-palette-index", png(header(4, 4, 8, 3), chunk(b"PLTE", b"123"), data, end), "error")
    yield case("png-palette-long", png(header(4, 4, 8, 3), chunk(b"PLTE", b"123" * 300), data, end), "error")
    yield case("png-more-data", png(good, chunk(b"IDAT", zlib.compress(bytes(10_000_000))), end), "either")
    yield case("png-filter-9", png(good, chunk(b"IDAT", zlib.compress(b"\x09\1\2\3\4" * 4)), end), "error")
    yield case("png-empty-chunks", png(good, chunk(b"IDAT", b"") * 50_000, data, end), "either")
    yield case("png-text-chunks", png(good, chunk(b"tEXt", b"a\0b") * 50_000, data, end), "either")
    bomb = zlib.compress(bytes(300_000_000), 9)
    yield case("png-text-bomb", png(good, chunk(b"zTXt", b"a\0\0" + bomb), data, end), "either")
    yield case("png-profile-bomb", png(good, chunk(b"iCCP", b"a\0\0" + bomb), data, end), "either")
    rows = zlib.compress(bytes(10_001 * 9_999), 9)
    yield case("png-bomb", png(header(10_000, 9_999), chunk(b"IDAT", rows), end), "either")
    yield case("png-bomb-short", png(header(10_000, 9_999), chunk(b"IDAT", rows[:2000]), end), "error")


def segment(marker: int, data: bytes, length: int | None = None) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2 if length is None else length) + data


def patched(data: bytes, marker: int, at: int, new: bytes) -> bytes:
    """`data` with bytes of the first segment of this marker replaced, counted from behind its length."""
    place = data.index(bytes([0xFF, marker])) + 4 + at
    return data[:place] + new + data[place + len(new) :]


def scan_bomb(scans: int) -> bytes:
    """A progressive picture whose last refinement scan comes again and again."""
    data = encoded("L", "JPEG", progressive=True)
    begin = data.rindex(b"\xff\xda")
    return data[:-2] + data[begin:-2] * scans + data[-2:]


def jpeg_rules() -> Iterator[Case]:
    data = encoded("RGB", "JPEG", quality=80)
    behind = data[2:]
    for height, width in ((0, 23), (19, 0), (65535, 65535), (65500, 65500), (1, 65535)):
        yield case(f"jpeg-{width}x{height}", patched(data, 0xC0, 1, struct.pack(">HH", height, width)), "error")
    for name, at, new in (
        ("precision-12", 0, b"\x0c"), ("precision-0", 0, b"\0"), ("components-0", 5, b"\0"), ("components-9", 5, b"\x09"),
        ("sampling-0", 7, b"\0"), ("sampling-15", 7, b"\xff"), ("table-9", 8, b"\x09"), ("same-component", 9, b"\x01"),
    ):  # fmt: skip
        yield case(f"jpeg-{name}", patched(data, 0xC0, at, new), "error")
    for marker in (0xC1, 0xC3, 0xC5, 0xC7, 0xC9, 0xCB, 0xCF):
        yield case(f"jpeg-sof-{marker:x}", data.replace(b"\xff\xc0", bytes([0xFF, marker]), 1), "either")
    for marker, name in ((0xC4, "huffman"), (0xDB, "quantisation"), (0xC0, "frame"), (0xDA, "scan")):
        place = data.index(bytes([0xFF, marker]))
        size = struct.unpack(">H", data[place + 2 : place + 4])[0]
        # The library knows the standard Huffman tables, as pictures from video streams leave them out.
        missing = "either" if name == "huffman" else "error"
        yield case(f"jpeg-no-{name}", data[:place] + data[place + 2 + size :], missing)
        yield case(f"jpeg-{name}-length-0", data[: place + 2] + b"\0\0" + data[place + 4 :], "error")
        yield case(f"jpeg-{name}-length-max", data[: place + 2] + b"\xff\xff" + data[place + 4 :], "error")
    for scans in (990, 1100, 20_000):
        yield case(f"jpeg-scans-{scans}", scan_bomb(scans), "either" if scans < 1000 else "error")
    yield case("jpeg-comments", data[:2] + segment(0xFE, bytes(65533)) * 300 + behind, "either")
    yield case("jpeg-short-comment", data[:2] + segment(0xFE, b"", length=1) + behind, "either")
    yield case("jpeg-restart", data[:2] + segment(0xDD, b"\0\1") + behind, "error")
    yield case("jpeg-start-twice", data[:2] + data, "either")
    yield case("jpeg-two", data + data, "either")
    yield case("jpeg-rubbish-behind", data + bytes(100_000), "either")
    tiff = b"Exif\0\0MM\0*\0\0\0\x08"
    entry = struct.pack(">HHII", 0x112, 3, 1, 99 << 16)
    for name, exif in (
        ("99", tiff + b"\0\1" + entry + bytes(4)), ("loop", tiff + b"\0\1" + entry + b"\0\0\0\x08"),
        ("far", b"Exif\0\0MM\0*\xff\xff\xff\xff"), ("many", tiff + b"\xff\xff" + entry), ("cut", tiff[:9]),
        ("count", tiff + b"\0\1" + struct.pack(">HHII", 0x112, 3, 2**32 - 1, 2**32 - 1) + bytes(4)),
    ):  # fmt: skip
        yield case(f"jpeg-exif-{name}", data[:2] + segment(0xE1, exif) + behind, "either")


def bmp(width: int, height: int, depth: int = 24, compression: int = 0, offset: int = 54, colours: int = 0) -> bytes:
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, depth, compression, 0, 0, 0, colours, 0)
    return b"BM" + struct.pack("<IHHI", 54 + 48, 0, 0, offset) + info + bytes(48)


def bmp_rules() -> Iterator[Case]:
    yield case("bmp-fine", bmp(4, 4), "ok")
    yield case("bmp-top-down", bmp(4, -4), "ok")
    for width, height in ((0, 4), (4, 0), (-4, 4), (2**31 - 1, 2**31 - 1), (4, -(2**31)), (65536, 65536), (4, 5)):
        yield case(f"bmp-{width}x{height}", bmp(width, height), "error")
    for depth in (0, 2, 7, 48, 65535):
        yield case(f"bmp-depth-{depth}", bmp(4, 4, depth), "error")
    for compression in (1, 2, 3, 4, 6, 2**32 - 1):
        yield case(f"bmp-compression-{compression}", bmp(4, 4, compression=compression), "error")
    for offset in (0, 53, 103, 2**32 - 1):
        yield case(f"bmp-offset-{offset}", bmp(4, 4, offset=offset), "either" if offset < 54 else "error")
    for colours in (257, 2**32 - 1):
        yield case(f"bmp-colours-{colours}", bmp(4, 4, 8, colours=colours), "error")
    yield case("bmp-index", bmp(4, 4, 8, offset=58, colours=1)[:58] + b"\x05" * 16, "error")


def pnm_rules() -> Iterator[Case]:
    body = bytes(range(16))
    yield case("pnm-fine", b"P5 4 4 255\n" + body, "ok")
    for text in (
        "P5 0 4 255", "P5 4 0 255", "P5 -4 4 255", "P5 4294967296 1 255", "P5 99999999999999999999 1 255", "P5 4 4 0",
        "P5 4 4 65536", "P5 4 4 -1", "P5 4 4", "P5 4", "P5", "P5 1e1 4 255", "P5 100000 100000 255", "P6 4 4 255",
        "P5 4 4 256", "P5 5 4 255", "P5x4 4 255", "P5 4 4 255#", "P7 4 4 255", "P4 4 4", "P5 " + "0" * 100_000 + "4 5 255",
        "P5 " + "#" * 100_000,
    ):  # fmt: skip
        yield case(f"pnm-{text[:30]}", text.encode() + b"\n" + body, "error")
    yield case("pnm-more", b"P5 4 4 255\n" + body * 2, "either")
    yield case("pnm-comments", b"P5\n" + b"#x\n" * 100_000 + b"4 4 255\n" + body, "either")


def other() -> Iterator[Case]:
    for name, data in (
        ("empty", b""), ("one", b"\xff"), ("magic-jpeg", b"\xff\xd8\xff"), ("magic-png", b"\x89PNG\r\n\x1a\n"),
        ("gif", b"GIF89a" + bytes(30)), ("webp", b"RIFF\0\0\0\0WEBP"), ("tiff", b"II*\0" + bytes(30)),
        ("svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), ("text", b"hello\n"), ("zeros", bytes(100_000)),
        ("pickle", b"\x80\x04\x95" + bytes(20)), ("zip", b"PK\3\4" + bytes(30)),
    ):  # fmt: skip
        yield case(f"other-{name}", data, "error")


def cases() -> Iterator[Case]:
    for family in (broken, png_rules, jpeg_rules, bmp_rules, pnm_rules, other):
        yield from family()
