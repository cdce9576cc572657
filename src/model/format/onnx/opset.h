// What an older opset has not: operators, attributes and inputs by the version that brought them.
// Source: the changelog of ONNX's operators, opset 13 to 28. dlas writes no opset below 13.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "model/graph/graph.h"

namespace dlas::onnx {

inline constexpr std::int64_t kOldestWritten = 13;
inline constexpr std::int64_t kUsualOpset = 17;  // what runtimes of the last years read

// The opset that brought the operator in the form of the graph IR; nothing for one that is no operator of ONNX.
std::optional<std::int64_t> opset_of(std::string_view op);

// The opset that brought an attribute, 13 when it was always there, nothing when ONNX has none of this name.
std::optional<std::int64_t> opset_of_attribute(std::string_view op, std::string_view attribute);

// True for a reduction that took its axes as an attribute below opset 18.
bool axes_were_attribute(std::string_view op);

// The smallest opset from `least` on that holds all operators and attributes of the graph, as far as they are ONNX's.
std::int64_t needed_opset(const Graph& graph, std::int64_t least = kUsualOpset);

std::int64_t ir_version(std::int64_t opset);

}  // namespace dlas::onnx
