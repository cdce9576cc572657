"""Small ONNX models and pictures for tests of the commands."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

CHANNELS = 4  # of the convolution
WNIDS = ("n01440764", "n01443537", "n01484850", "n01491361")  # ImageNet's classes 0 to 3


def weights(classes: int, kernel: int, seed: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    return {
        "w": random.normal(0, 0.2, (CHANNELS, 3, kernel, kernel)).astype(np.float32),
        "b": random.normal(0, 0.2, CHANNELS).astype(np.float32),
        "m": random.normal(0, 0.5, (CHANNELS, classes)).astype(np.float32),
    }


def classifier(path: Path, classes: int = 1000, side: int = 8, kernel: int = 4, seed: int = 1, **changed) -> Path:
    """image [batch,3,side,side] -> Conv, Relu, mean of each channel, MatMul -> scores [batch,classes]."""
    constants = weights(classes, kernel, seed) | changed
    nodes = [
        helper.make_node("Conv", ["image", "w", "b"], ["conv1"], "first", strides=[kernel, kernel]),
        helper.make_node("Relu", ["conv1"], ["relu1"], "second"),
        helper.make_node("GlobalAveragePool", ["relu1"], ["mean"], "third"),
        helper.make_node("Flatten", ["mean"], ["flat"], "fourth"),
        helper.make_node("MatMul", ["flat", "m"], ["scores"], "fifth"),
    ]
    inputs = [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 3, side, side])]
    outputs = [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", classes])]
    return save(path, nodes, inputs, outputs, constants)


def save(path: Path, nodes, inputs, outputs, constants: dict[str, np.ndarray]) -> Path:
    initializers = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "small", inputs, outputs, initializers)
    model = helper.make_model(graph, producer_name="small_models", opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    path.write_bytes(model.SerializeToString())
    return path


def picture(path: Path, width: int, height: int, seed: int) -> np.ndarray:
    """A picture of few big coloured squares, so that answers differ from picture to picture."""
    random = np.random.default_rng(seed)
    squares = random.integers(0, 256, (4, 4, 3), np.uint8)
    pixels = np.asarray(Image.fromarray(squares).resize((width, height), Image.Resampling.NEAREST))
    Image.fromarray(pixels).save(path)
    return pixels


def photos(folder: Path, count: int = 6, width: int = 8, height: int = 8) -> list[np.ndarray]:
    """Pictures with ImageNet's wnids in their names, the first class first."""
    folder.mkdir()
    return [picture(folder / f"{WNIDS[i % len(WNIDS)]}_{i}.png", width, height, seed=i + 1) for i in range(count)]


def load(path: Path) -> onnx.ModelProto:
    return onnx.load_from_string(path.read_bytes())
