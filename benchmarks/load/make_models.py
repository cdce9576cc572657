"""Writes big.onnx and big.tflite into the folder given: the same 125 matrices of 1000 x 1000 float32, 500 MB."""

import sys
from pathlib import Path

import numpy as np
import onnx

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "tests"))
from support.tflite_builder import Net

COUNT, SIDE = 125, 1000


def matrices():
    first = np.random.default_rng(1).standard_normal((SIDE, SIDE)).astype(np.float32)
    for i in range(COUNT):
        yield first + np.float32(i)


def as_onnx(path: Path) -> None:
    make, kind = onnx.helper, onnx.TensorProto.FLOAT
    weights = [make.make_tensor(f"w{i}", kind, [SIDE, SIDE], w.tobytes(), raw=True) for i, w in enumerate(matrices())]
    nodes = [make.make_node("MatMul", [f"x{i}", f"w{i}"], [f"x{i + 1}"]) for i in range(COUNT)]
    ends = [make.make_tensor_value_info(name, kind, [1, SIDE]) for name in ("x0", f"x{COUNT}")]
    graph = make.make_graph(nodes, "chain", ends[:1], ends[1:], weights)
    onnx.save(make.make_model(graph, opset_imports=[make.make_opsetid("", 13)], ir_version=8), path)


def as_tflite(path: Path) -> None:
    net = Net()
    x = net.input("float32", [1, SIDE])
    for w in matrices():
        weights, y = net.constant("float32", w), net.value("float32", [1, SIDE])
        net.operator("FULLY_CONNECTED", [x, weights], [y], "FullyConnectedOptions", version=1)
        x = y
    path.write_bytes(net.bytes([x]))


as_onnx(Path(sys.argv[1]) / "big.onnx")
as_tflite(Path(sys.argv[1]) / "big.tflite")
