"""Writes the node cases of ONNX's own backend tests into a folder: make_onnx_cases.py FOLDER.

Each case becomes FOLDER/<name>/model.onnx with input_<i>.pb and output_<i>.pb (TensorProto messages). FOLDER/cases.txt has a line
for each, columns parted by tabs: name, relative and absolute tolerance, number of inputs, number of outputs, the operators that its
graph, inner graphs and functions use (domain first unless it is the standard one), and what dlas does not compute with in the
types of the model: text, sequences, optional values, float8 and the like; the last two parted by commas, "-" for none.

The folder is kept as long as the version of `onnx` and this file stay the same. Making it takes half a minute.
"""

import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
import warnings
from importlib.metadata import version
from pathlib import Path

NUMBERS = {
    *("FLOAT", "DOUBLE", "FLOAT16", "BFLOAT16", "BOOL", "INT4", "INT8", "INT16", "INT32", "INT64"),
    *("UINT4", "UINT8", "UINT16", "UINT32", "UINT64"),
}


def stamp() -> str:
    return f"onnx {version('onnx')} {hashlib.sha256(Path(__file__).read_bytes()).hexdigest()}\n"


def element_types(model) -> set[str]:
    """The names of all element types and of all kinds of types but tensors that occur in a model."""
    import onnx

    found: set[str] = set()

    def message(m) -> None:
        if isinstance(m, onnx.TypeProto):
            kind = m.WhichOneof("value")
            if kind == "tensor_type":
                found.add(onnx.TensorProto.DataType.Name(m.tensor_type.elem_type))
            elif kind:
                found.add(kind.removesuffix("_type"))
        if isinstance(m, onnx.TensorProto):
            found.add(onnx.TensorProto.DataType.Name(m.data_type))
        if isinstance(m, onnx.AttributeProto) and m.name in ("to", "output_dtype", "dtype") and m.type == m.INT:
            found.add(onnx.TensorProto.DataType.Name(m.i))
        for field, value in m.ListFields():
            if field.type == field.TYPE_MESSAGE:
                for part in value if hasattr(value, "__len__") else [value]:
                    message(part)

    message(model)
    return found - {"UNDEFINED"}


def operators(nodes) -> set[str]:
    found: set[str] = set()
    for node in nodes:
        found.add(node.op_type if node.domain in ("", "ai.onnx") else f"{node.domain}.{node.op_type}")
        for attribute in node.attribute:
            found |= operators(attribute.g.node)
            for graph in attribute.graphs:
                found |= operators(graph.node)
    return found


def as_message(value):
    """The TensorProto of an input or output; None for sequences and for optional values without content."""
    import numpy
    import onnx

    if isinstance(value, onnx.TensorProto):
        return value
    if value is None or isinstance(value, list | dict):
        return None
    return onnx.numpy_helper.from_array(numpy.asarray(value))


def write_case(folder: Path, case) -> str:
    folder.mkdir()
    (folder / "model.onnx").write_bytes(case.model.SerializeToString())
    ((inputs, outputs),) = case.data_sets
    strange = element_types(case.model) - NUMBERS
    for kind, values in (("input", inputs), ("output", outputs)):
        for i, value in enumerate(values):
            message = as_message(value)
            if message is None:
                strange.add("sequence")
            else:
                (folder / f"{kind}_{i}.pb").write_bytes(message.SerializeToString())
    nodes = [*case.model.graph.node, *(n for f in case.model.functions for n in f.node)]
    columns = [case.name, f"{case.rtol!r}", f"{case.atol!r}", f"{len(inputs)}", f"{len(outputs)}"]
    columns += [",".join(sorted(operators(nodes))), ",".join(sorted(strange)) or "-"]
    return "\t".join(columns)


def make(folder: Path) -> None:
    warnings.simplefilter("ignore")  # some expected values are made by overflow on purpose
    from onnx.backend.test.case.node import collect_testcases

    lines = [write_case(folder / case.name, case) for case in collect_testcases(None)]
    (folder / "cases.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "stamp").write_text(stamp(), encoding="utf-8")


def make_once(folder: Path) -> None:
    if (folder / "stamp").is_file() and (folder / "stamp").read_text(encoding="utf-8") == stamp():
        return
    fresh = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
    try:
        make(fresh)
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(fresh, folder)
    finally:
        if fresh.exists():
            shutil.rmtree(fresh)


def main() -> None:
    folder = Path(sys.argv[1])
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.with_name(folder.name + ".lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests that run side by side wait for the one that writes
        make_once(folder)


if __name__ == "__main__":
    main()
