"""Writes a light ONNX net (its weights are ConstantOfShape nodes) with random weights of a trained net's size. Arguments: from, to."""

import sys

import numpy as np
import onnx
from onnx import numpy_helper


def drawn(shape: list[int], role: str, random: np.random.Generator) -> np.ndarray:
    if role == "variance":
        return random.uniform(0.5, 1.5, shape)
    if role == "scale":
        return random.normal(1, 0.1, shape)
    fan_in = np.prod(shape[1:]) if len(shape) > 1 else 100
    return random.normal(0, np.sqrt(2 / fan_in), shape)


def roles(graph: onnx.GraphProto) -> dict[str, str]:
    """Inputs of batch normalisations that are no ordinary weights."""
    found = {}
    for node in graph.node:
        if node.op_type == "BatchNormalization":
            found |= {node.input[1]: "scale", node.input[4]: "variance"}
    return found


def with_random_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    random, graph = np.random.default_rng(1), model.graph
    shapes = {i.name: numpy_helper.to_array(i) for i in graph.initializer if i.data_type == onnx.TensorProto.INT64}
    role = roles(graph)
    made = [node for node in graph.node if node.op_type == "ConstantOfShape"]
    gone = {node.input[0] for node in made}
    used = {name for node in graph.node for name in node.input}
    kept = [i for i in graph.initializer if i.name not in gone and i.name in used]
    for node in made:
        shape, name = [int(d) for d in shapes[node.input[0]]], node.output[0]
        kept.append(numpy_helper.from_array(drawn(shape, role.get(name, ""), random).astype(np.float32), name))
    nodes = [node for node in graph.node if node.op_type != "ConstantOfShape"]
    inputs = [i for i in graph.input if i.name in used - {k.name for k in graph.initializer}]
    new = onnx.helper.make_graph(nodes, graph.name, inputs, graph.output, kept)
    return onnx.helper.make_model(new, opset_imports=model.opset_import, ir_version=model.ir_version)


if __name__ == "__main__":
    onnx.save(with_random_weights(onnx.load(sys.argv[1])), sys.argv[2])
