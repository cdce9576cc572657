// Flatten: a matrix whose rows are the axes before `axis` and whose columns are the rest.       ONNX Flatten, opset 1 to 21
#include <fmt/format.h>

#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

struct Attributes {
  std::int64_t axis = 1;
  void fields(auto& f) { f("axis", axis); }
};

Result<Types> infer(const Site& site, const Types& in) {
  const std::int64_t axis = site.attributes<Attributes>().axis;
  const auto rank = static_cast<std::int64_t>(in[0].rank());
  if (axis < -rank || axis > rank)
    return site.wrong_attribute("axis", fmt::format("from {} to {}", -rank, rank), fmt::format("{}", axis));
  const auto cut = in[0].dims->begin() + (axis < 0 ? axis + rank : axis);
  return Types{Type(in[0].dtype, {elements_of({in[0].dims->begin(), cut}), elements_of({cut, in[0].dims->end()})})};
}

Status run(const Call& call) {
  copy_bytes(call.in[0], call.out[0]);
  return {};
}

}  // namespace

extern const Op flatten = {
    .name = "Flatten",
    .inputs = "input",
    .outputs = "output",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .units = Units::moved,
};

}  // namespace dlas::op
