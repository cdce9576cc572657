// Elementwise operators of opsets below 7, Gemm, and the Softmax family below 13.
#include <fmt/format.h>

#include <numeric>

#include "model/format/onnx/adapt.h"

namespace dlas::onnx {

// A hint for memory reuse of opsets below 6; says nothing about the result.
Status drop_consumed(Draft& draft, Build&) {
  draft.erase("consumed_inputs");
  return {};
}

// Below 7: with broadcast=1 the second input's axes lie along those of the first from `axis` on; without axis, at the end.
Status old_broadcast(Draft& draft, Build& build) {
  draft.erase("consumed_inputs");
  const bool broadcast = draft.integer("broadcast", 0) != 0;
  const bool placed = broadcast && draft.find("axis") != nullptr;
  std::int64_t axis = draft.integer("axis", 0);
  draft.erase("broadcast");
  draft.erase("axis");
  if (!placed) return {};
  if (draft.input(0) == kNone || draft.input(1) == kNone) return make_error(Code::type, "two inputs", "less");
  const Type& a = build.graph().value(draft.input(0)).type;
  const Type& b = build.graph().value(draft.input(1)).type;
  if (!a.ranked() || !b.ranked())
    return make_error(Code::unsupported, "known ranks for the old attribute 'axis'", "unknown ones");
  const auto rank_a = static_cast<std::int64_t>(a.rank());
  const auto rank_b = static_cast<std::int64_t>(b.rank());
  if (axis < 0) axis += rank_a;
  const std::int64_t behind = rank_a - axis - rank_b;
  if (axis < 0 || behind < 0)
    return make_error(Code::type, "an axis at which the second input fits", fmt::format("axis {}", axis));
  if (behind == 0) return {};
  std::vector<std::int64_t> axes(static_cast<std::size_t>(behind));
  std::iota(axes.begin(), axes.end(), rank_b);
  const ValueId list = build.constant(draft.name + "/axes", Tensor::of_i64(axes));
  draft.inputs[1] = build.emit("Unsqueeze", {}, {draft.inputs[1], list}, draft);
  return {};
}

// Below 13 the input is seen as a matrix split at `axis` (default 1), and whole rows are normalised.
Status flattened_softmax(Draft& draft, Build&) {
  draft.set("axis", draft.integer("axis", 1));
  draft.set("flatten", std::int64_t{1});
  return {};
}

Status gemm_broadcast(Draft& draft, Build&) {
  draft.erase("broadcast");
  return {};
}

}  // namespace dlas::onnx
