// Shape: the sizes of axes [start, end) of the input, as int64.                                   ONNX Shape, opset 15
//
// Negative start and end count from the rank; both are clamped into [0, rank].
#include <algorithm>

#include "model/op/op.h"

namespace dlas::op {
namespace {

struct Attributes {
  std::int64_t start = 0;
  std::optional<std::int64_t> end;
  void fields(auto& f) {
    f("start", start);
    f("end", end);
  }
};

std::size_t bounded(std::int64_t axis, std::size_t rank) {
  const auto r = static_cast<std::int64_t>(rank);
  return static_cast<std::size_t>(std::clamp<std::int64_t>(axis < 0 ? axis + r : axis, 0, r));
}

std::pair<std::size_t, std::size_t> range(const Attributes& a, std::size_t rank) {
  const std::size_t first = bounded(a.start, rank);
  return {first, std::max(first, a.end ? bounded(*a.end, rank) : rank)};
}

Result<Types> infer(const Site& site, const Types& in) {
  const auto [first, end] = range(site.attributes<Attributes>(), in[0].rank());
  return Types{Type(DType::i64, {static_cast<std::int64_t>(end - first)})};
}

Status run(const Call& call) {
  const auto [first, end] = range(call.attributes<Attributes>(), call.in_types[0].rank());
  const auto out = call.out[0].mutable_as<std::int64_t>();
  for (std::size_t i = first; i < end; ++i) out[i - first] = call.in_types[0].dim(i).size();
  return {};
}

Cost cost(const Site&, const Types&, const Types& out) { return {.bytes = out[0].bytes().value_or(0)}; }

}  // namespace

extern const Op shape = {
    .name = "Shape",
    .inputs = "data",
    .outputs = "shape",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .cost = cost,
    .units = Units::moved,
};

}  // namespace dlas::op
