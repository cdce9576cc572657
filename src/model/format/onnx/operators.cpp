#include "model/format/onnx/operators.h"

#include <algorithm>
#include <array>

#include "model/op/list.h"

namespace dlas::onnx {
namespace {

// Constant becomes a value, Scatter a ScatterElements, Upsample a Resize, If the branch that a constant condition takes.
constexpr auto kResolved = std::to_array<std::string_view>({"Constant", "If", "Scatter", "Upsample"});

}  // namespace

std::span<const std::string_view> reader_operators() { return kResolved; }

bool reads_operator(std::string_view name) {
  return std::ranges::binary_search(kResolved, name) || op::find_op(name) != nullptr;
}

}  // namespace dlas::onnx
