// ConstantOfShape: a tensor of the shape `input`, each element `value` (float32 0 if none).  ONNX ConstantOfShape, opset 9 to 21
#include <algorithm>

#include "base/limits.h"
#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

struct Attributes {
  std::optional<Tensor> value;
  void fields(auto& f) { f("value", value); }
};

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_TRY(check_list(site, in, 0));
  const auto& value = site.attributes<Attributes>().value;
  if (value && value->count() != 1) return site.wrong_attribute("value", "one element", dlas::text(*value));
  const DType dtype = value ? value->dtype() : DType::f32;
  const auto sizes = known_list(site, 0);
  if (!sizes) {
    const auto rank = list_length(in[0]);
    return Types{rank && *rank <= limits().rank ? Type(dtype, unknown_sizes(*rank)) : Type::unranked(dtype)};
  }
  if (std::ranges::any_of(*sizes, [](std::int64_t s) { return s < 0; }))
    return site.wrong_input(0, "sizes of at least 0", dlas::text(*sizes));
  return Types{Type(dtype, std::vector<Dim>(sizes->begin(), sizes->end()))};
}

Status run(const Call& call) {
  const auto& value = call.attributes<Attributes>().value;
  if (!value) return {};
  const Tensor one = value->widened();
  const Shape& shape = call.out[0].shape();
  strided_copy(one, {0, Strides(shape.size(), 0)}, call.out[0], {0, row_major(shape)}, shape);
  return {};
}

}  // namespace

extern const Op constant_of_shape = {.name = "ConstantOfShape",
                                     .inputs = "input",
                                     .outputs = "output",
                                     .attributes = &schema_of<Attributes>(),
                                     .infer = infer,
                                     .run = run};

}  // namespace dlas::op
