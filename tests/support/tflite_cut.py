"""One operator of a TFLite file as a model of its own, with the file's weights and quantisation."""

import flatbuffers
from ai_edge_litert import schema_py_generated as schema


def operator_count(model: bytes) -> int:
    return len(schema.ModelT.InitFromPackedBuf(model).subgraphs[0].operators)


def has_data(whole: schema.ModelT, tensor: schema.TensorT) -> bool:
    data = whole.buffers[tensor.buffer].data
    return data is not None and len(data) > 0


def cut(model: bytes, number: int) -> tuple[bytes, list[int]]:
    """The model of operator `number`, and the tensors of the whole model that are its inputs. Tensors are named t0, t1, ..."""
    whole = schema.ModelT.InitFromPackedBuf(model)
    graph = whole.subgraphs[0]
    operator = graph.operators[number]
    used = [int(i) for i in [*operator.inputs, *operator.outputs] if i >= 0]
    inputs = [int(i) for i in dict.fromkeys(operator.inputs) if i >= 0 and not has_data(whole, graph.tensors[i])]
    numbers = {old: new for new, old in enumerate(dict.fromkeys(used))}
    kept = {graph.tensors[i].buffer for i in used}
    for index, buffer in enumerate(whole.buffers):
        if index not in kept:
            buffer.data = None
    graph.tensors = [graph.tensors[i] for i in numbers]
    for new, tensor in enumerate(graph.tensors):
        tensor.name = f"t{new}".encode()
    operator.inputs = [numbers[int(i)] if i >= 0 else -1 for i in operator.inputs]
    operator.outputs = [numbers[int(i)] for i in operator.outputs]
    graph.operators = [operator]
    graph.inputs, graph.outputs = [numbers[i] for i in inputs], list(operator.outputs)
    whole.metadata, whole.signatureDefs = [], []
    builder = flatbuffers.Builder(1 << 16)
    builder.Finish(whole.Pack(builder), b"TFL3")
    return bytes(builder.Output()), inputs
