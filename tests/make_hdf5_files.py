"""Writes HDF5 files of every kind that dlas reads, and what is in them by h5py: make_hdf5_files.py FOLDER.

FOLDER/expected.txt has a line for each thing to be read, columns parted by tabs:
    file, path, "data", element type, sizes parted by commas ("-" for none), the file with the raw little-endian elements
    file, path, "strings", attribute ("-" for the dataset itself), the file with one string a line
    file, path, "refused", words that the error must have
"""

import sys
from pathlib import Path

import h5py
import numpy as np

TYPES = {
    "float16": "<f2",
    "float32": "<f4",
    "float64": "<f8",
    "int8": "i1",
    "int16": "<i2",
    "int32": "<i4",
    "int64": "<i8",
    "uint8": "u1",
    "uint16": "<u2",
    "uint32": "<u4",
    "uint64": "<u8",
    "bool": "?",
}
BIG = {"float16": ">f2", "float32": ">f4", "float64": ">f8", "int16": ">i2", "int32": ">i4", "int64": ">i8"}


class Writer:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines: list[str] = []
        self.random = np.random.default_rng(7)

    def line(self, *columns: str) -> None:
        self.lines.append("\t".join(columns))

    def blob(self, content: bytes) -> str:
        name = f"{len(self.lines)}.bin"
        (self.folder / name).write_bytes(content)
        return name

    def strings(self, file: str, path: str, attribute: str, values: list[str]) -> None:
        self.line(file, path, "strings", attribute, self.blob("".join(v + "\n" for v in values).encode()))

    def collect(self, file: str) -> None:
        """Every dataset of numbers, as h5py reads it."""

        def visit(path: str, item) -> None:
            if not isinstance(item, h5py.Dataset) or item.dtype.kind in "OS" or item.shape is None:
                return
            data = np.asarray(item[()])
            name = data.dtype.name
            sizes = ",".join(str(n) for n in data.shape) or "-"
            self.line(file, path, "data", name, sizes, self.blob(data.astype(TYPES[name]).tobytes()))

        with h5py.File(self.folder / file) as f:
            f.visititems(visit)

    def numbers(self, dtype: str, *shape: int) -> np.ndarray:
        values = self.random.normal(0, 40, shape)
        return (
            (values > 0)
            if dtype == "bool"
            else np.abs(values).astype(dtype)
            if dtype[0] == "u"
            else values.astype(dtype)
        )


def datasets(w: Writer, group) -> None:
    for name, stored in {**{k: k for k in TYPES}, **{f"big_{k}": v for k, v in BIG.items()}}.items():
        group.create_dataset(f"types/{name}", data=w.numbers(name.removeprefix("big_"), 3, 5), dtype=stored)
    group["shapes/scalar"] = np.float32(2.5)
    group["shapes/no_rows"] = np.zeros((0, 4), "f4")
    group["shapes/one"] = np.ones((1, 1, 1), "f4")
    group["shapes/five"] = w.numbers("float32", 2, 3, 2, 3, 2)
    data = w.numbers("float32", 19, 13, 3)
    for name, options in {
        "chunks": {},
        "gzip": {"compression": "gzip"},
        "gzip0": {"compression": "gzip", "compression_opts": 0},
        "shuffle": {"shuffle": True},
        "fletcher": {"fletcher32": True},
        "all": {"compression": "gzip", "compression_opts": 9, "shuffle": True, "fletcher32": True},
    }.items():
        for dtype in ("float32", "float64", "int8", "big_float32"):
            stored = BIG[dtype[4:]] if dtype.startswith("big_") else dtype
            group.create_dataset(f"chunked/{name}_{dtype}", data=data, dtype=stored, chunks=(4, 5, 3), **options)
    group.create_dataset("chunked/one", data=data, chunks=data.shape, compression="gzip")
    group.create_dataset("chunked/one_plain", data=data, chunks=data.shape)
    group.create_dataset("chunked/larger", data=data, chunks=(32, 13, 4), maxshape=(64, 13, 8), shuffle=True)
    group.create_dataset("chunked/many", data=w.numbers("int16", 90, 70), chunks=(1, 1))
    group.create_dataset("chunked/many_gzip", data=w.numbers("int16", 60, 50), chunks=(1, 1), compression="gzip")
    group.create_dataset("chunked/two_unlimited", data=data, chunks=(2, 2, 3), maxshape=(None, None, 3))
    group.create_dataset(
        "chunked/two_unlimited_gzip", data=data, chunks=(2, 2, 3), maxshape=(None, None, 3), compression="gzip"
    )
    compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    compact.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((4, 6))
    values = w.numbers("float32", 4, 6)
    where = group.create_group("compact")
    h5py.h5d.create(where.id, b"floats", h5py.h5t.IEEE_F32LE, space, compact).write(h5py.h5s.ALL, h5py.h5s.ALL, values)
    early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    early.set_chunk((4, 3))
    h5py.h5d.create(where.id, b"implicit", h5py.h5t.IEEE_F32LE, space, early).write(h5py.h5s.ALL, h5py.h5s.ALL, values)


def attributes(w: Writer, group, file: str) -> None:
    group = group.create_group("attributes")

    def put(name: str, value, expected: list[str]) -> None:
        group.attrs[name] = value
        w.strings(file, "attributes", name, expected)

    put("text", "a few wörds", ["a few wörds"])
    put("empty", "", [""])
    put("bytes", np.bytes_(b"plain"), ["plain"])
    put("list", np.array([b"conv1", b"batch_norm", b""], dtype="S12"), ["conv1", "batch_norm", ""])
    put("variable", np.array(["one", "two and more", ""], dtype=h5py.string_dtype()), ["one", "two and more", ""])
    put("long", "x" * 300_000, ["x" * 300_000])
    put("nothing", np.array([], dtype="f8"), [])
    group.create_dataset("words", data=["alpha", "beta"], dtype=h5py.string_dtype())
    w.strings(file, "attributes/words", "-", ["alpha", "beta"])


def dense(w: Writer, group, file: str) -> None:
    """Many links and many or large attributes: fractal heaps and B-trees of version 2 with the newest library format."""
    for n in (3, 40, 900):
        links = group.create_group(f"dense/{n}")
        for i in range(n):
            links.create_dataset(f"link_{i}_{'y' * (i % 50)}", data=np.float32(i))
        for i in range(n):
            links.attrs[f"attribute_{i}"] = np.bytes_(f"value {i}".encode())
            if i in (0, n // 2, n - 1):
                w.strings(file, f"dense/{n}", f"attribute_{i}", [f"value {i}"])
    large = group.create_group("dense/large")
    if file != "earliest.h5":
        for i, size in enumerate((100, 5_000, 70_000)):
            value = np.bytes_(b"z" * size)
            large.attrs[f"large_{i}"] = value
            w.strings(file, "dense/large", f"large_{i}", ["z" * size])


def refused(w: Writer) -> None:
    file = "refused.h5"
    with h5py.File(w.folder / file, "w", libver="latest") as f:
        f["data"] = np.ones(3)
        f["soft"] = h5py.SoftLink("/data")
        f["external"] = h5py.ExternalLink("other.h5", "/data")
        f.create_dataset("files", (3,), "f4", external=[("other.bin", 0, 12)])
        layout = h5py.VirtualLayout((3,), "f8")
        layout[:] = h5py.VirtualSource("other.h5", "data", (3,))
        f.create_virtual_dataset("virtual", layout)
        f.create_dataset("lzf", data=np.zeros((10, 10)), compression="lzf")
        f.create_dataset("unwritten", (100,), "f4")
        f.create_dataset("some", (100, 100), "f4", chunks=(10, 10))[:10, :10] = 1
        f.create_dataset("compound", data=np.zeros(3, dtype=[("a", "f4"), ("b", "i4")]))
        f.create_dataset("extensible", data=np.zeros(30), chunks=(2,), maxshape=(None,))
        f["empty"] = h5py.Empty("f4")
        f["group/x"] = 1
    with h5py.File(w.folder / "refused_old.h5", "w") as f:
        f["soft"] = h5py.SoftLink("/data")
    for path, words in {
        "soft": "'soft' in the file itself, found a soft link",
        "external": "'external' in the file itself, found a link to another file",
        "files": "data in this file, found data in other files",
        "virtual": "data in this dataset, found a virtual dataset",
        "lzf": "the filters gzip, shuffle and fletcher32, found filter 32000",
        "unwritten": "data that were written, found none",
        "some": "data of which every chunk was written, found 1 of 100 chunks",
        "compound": "a dataset of numbers, found compounds",
        "extensible": "chunks in a tree or a fixed array, found an extensible array",
        "empty": "a dataset with elements, found an empty one",
        "missing": "'missing' in the file, found none",
        "group": "a dataset, found a group",
    }.items():
        w.line(file, path, "refused", words)
    w.line("refused_old.h5", "soft", "refused", "'soft' in the file itself, found a soft link")


def main() -> None:
    w = Writer(Path(sys.argv[1]))
    for file, version in {"earliest.h5": None, "v108.h5": ("v108", "v108"), "latest.h5": "latest"}.items():
        with h5py.File(w.folder / file, "w", libver=version) as f:
            datasets(w, f)
            attributes(w, f, file)
            dense(w, f, file)
        w.collect(file)
    with h5py.File(w.folder / "ordered.h5", "w", libver="latest", track_order=True) as f:
        for i in range(30):
            f[f"in_order_{29 - i}"] = np.arange(i, dtype="f4")
            f.attrs[f"a{i}"] = f"attribute {i}"
            w.strings("ordered.h5", ".", f"a{i}", [f"attribute {i}"])
    w.collect("ordered.h5")
    refused(w)
    (w.folder / "expected.txt").write_text("".join(line + "\n" for line in w.lines))


if __name__ == "__main__":
    main()
