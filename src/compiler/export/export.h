// How a graph of any origin becomes one that a file format can hold: pipelines of passes that end in the operators of the format.
//
// The graph IR knows more forms than one format: filters in five orders, functions inside operators, quantised values. Each pass
// here takes one of these away and keeps the numbers. They run through the same runner as the others (runner.h), so what a
// conversion did can be explained the same way; they are no part of the levels of optimisation.
#pragma once

#include <span>

#include "compiler/pipeline.h"

namespace dlas::compiler {

extern const Pass expand_quantized;      // quantised values as DequantizeLinear, plain operators, QuantizeLinear
extern const Pass older_operators;       // young operators in those of an older opset
extern const Pass order_filters;         // weights in the order of ONNX
extern const Pass relabel_contract;      // inputs and outputs in the layout inside; changes the contract
extern const Pass separate_activations;  // a function inside an operator as a node of its own
extern const Pass standard_operators;    // extensions as operators of ONNX

std::span<const Pass* const> export_passes();  // sorted by name

// Ends in a graph that the ONNX writer takes. `opset` decides which operators are spelled out in older ones. With
// `keep_contract` inputs and outputs have the sizes they had; else those of the layout inside.
Pipeline onnx_form(std::int64_t opset, bool keep_contract);

}  // namespace dlas::compiler
