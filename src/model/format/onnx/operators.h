// Which operators of ONNX the reader brings into a form that dlas computes.
#pragma once

#include <span>
#include <string_view>

namespace dlas::onnx {

// Operators that the reader itself resolves, so that they are not in the table of model/op: sorted by name.
std::span<const std::string_view> reader_operators();

// True for those, and for operators of the standard domain that model/op has.
bool reads_operator(std::string_view name);

}  // namespace dlas::onnx
