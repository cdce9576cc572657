// A quantised graph as the real numbers that its integers stand for.
#pragma once

#include "model/graph/graph.h"

namespace dlas::study {

// What each value of `graph` is quantised by: its type, or constant scales and zero points of an operator that makes or
// reads it (QuantizeLinear, DequantizeLinear, QLinear..., QGemm), also through operators that only move or compare
// integers. By ValueId; null where a value is no quantised number.
std::vector<std::shared_ptr<const Quantization>> quantizations(const Graph& graph);

// Whether storing a number cuts off what is negative: zero is the least integer of `dtype`. Quantisers leave a ReLU out that
// stands before such a type.
bool cuts_negatives(const Quantization& q, DType dtype);

// Whether there is any.
bool any_quantised(const Graph& graph);

// The same graph in floats: quantised constants become scale * (stored - zero point), quantised values float32, and
// QuantizeLinear, DequantizeLinear and Requantize become Identity, QLinearConv Conv, QGemm Gemm and so on, with the ReLU that the
// type of their result stands for. Values keep their ids.
// Errors: of type rules, where an operator has no meaning in floats.
Result<Graph> float_meaning(const Graph& graph);

}  // namespace dlas::study
