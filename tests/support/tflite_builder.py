"""Writes small TFLite files, one call per tensor and operator, with the object API of LiteRT's own schema module."""

from collections.abc import Sequence

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from flatbuffers import flexbuffers

TYPES = {
    "float32": (0, np.float32),
    "float16": (1, np.float16),
    "int32": (2, np.int32),
    "uint8": (3, np.uint8),
    "int64": (4, np.int64),
    "bool": (6, np.bool_),
    "int16": (7, np.int16),
    "int8": (9, np.int8),
    "int4": (17, np.int8),
}


def packed(values: np.ndarray, dtype: str) -> np.ndarray:
    """The bytes of a constant; int4 goes two to a byte, the first in the low half."""
    flat = np.ascontiguousarray(values, TYPES[dtype][1]).reshape(-1)
    if dtype != "int4":
        return np.frombuffer(flat.tobytes(), np.uint8)
    halves = np.concatenate([flat, np.zeros(flat.size % 2, np.int8)]).astype(np.uint8) & 15
    return halves[0::2] | halves[1::2] << 4


class Net:
    """A model of one subgraph. Tensors are indices."""

    def __init__(self, name: str = "main"):
        self.model = schema.ModelT()
        self.model.version = 3
        self.model.description = "made by tflite_builder.py"
        self.model.operatorCodes = []
        self.model.buffers = [schema.BufferT()]
        self.graph = schema.SubGraphT()
        self.graph.name = name
        self.graph.tensors, self.graph.operators = [], []
        self.graph.inputs, self.graph.outputs = [], []
        self.model.subgraphs = [self.graph]

    def value(self, dtype: str, shape: Sequence[int], scale=None, zero: int = 0, name: str = "", axis: int = 0) -> int:
        t = schema.TensorT()
        t.name = name or f"t{len(self.graph.tensors)}"
        t.shape, t.type, t.buffer = list(shape), TYPES[dtype][0], 0
        if scale is not None:
            scales = np.atleast_1d(np.asarray(scale, np.float32))
            t.quantization = schema.QuantizationParametersT()
            t.quantization.scale = scales.tolist()
            t.quantization.zeroPoint = [zero] * len(scales)
            t.quantization.quantizedDimension = axis
        self.graph.tensors.append(t)
        return len(self.graph.tensors) - 1

    def input(self, *args, **kwargs) -> int:
        index = self.value(*args, **kwargs)
        self.graph.inputs.append(index)
        return index

    def constant(self, dtype: str, values, scale=None, zero: int = 0, name: str = "", axis: int = 0) -> int:
        values = np.asarray(values)
        index = self.value(dtype, values.shape, scale, zero, name, axis)
        buffer = schema.BufferT()
        buffer.data = packed(values, dtype)
        self.model.buffers.append(buffer)
        self.graph.tensors[index].buffer = len(self.model.buffers) - 1
        return index

    def operator(self, name: str, inputs: Sequence[int], outputs: Sequence[int], options: str = "", **fields) -> None:
        op = schema.OperatorT()
        op.opcodeIndex = self.code(name, fields.pop("version", 1))
        op.inputs, op.outputs = list(inputs), list(outputs)
        if custom := fields.pop("custom", None):
            op.customOptions = np.frombuffer(
                custom if isinstance(custom, bytes) else flexbuffers.Dumps(custom), np.uint8
            )
        if options:
            table = getattr(schema, options + "T")()
            for field, value in fields.items():
                assert hasattr(table, field), f"{options} has no field {field}"
                setattr(table, field, value)
            op.builtinOptions, op.builtinOptionsType = table, getattr(schema.BuiltinOptions, options)
        self.graph.operators.append(op)

    def code(self, name: str, version: int) -> int:
        code = schema.OperatorCodeT()
        code.builtinCode = getattr(schema.BuiltinOperator, name, schema.BuiltinOperator.CUSTOM)
        code.deprecatedBuiltinCode = min(code.builtinCode, 127)
        if code.builtinCode == schema.BuiltinOperator.CUSTOM:
            code.customCode = name
        code.version = version
        self.model.operatorCodes.append(code)
        return len(self.model.operatorCodes) - 1

    def metadata(self, name: str, content: bytes) -> None:
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(content, np.uint8)
        self.model.buffers.append(buffer)
        entry = schema.MetadataT()
        entry.name, entry.buffer = name, len(self.model.buffers) - 1
        self.model.metadata = [*(self.model.metadata or []), entry]

    def bytes(self, outputs: Sequence[int]) -> bytes:
        self.graph.outputs = list(outputs)
        builder = flatbuffers.Builder(4096)
        builder.Finish(self.model.Pack(builder), b"TFL3")
        return bytes(builder.Output())
