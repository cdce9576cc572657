// Compress: the slices along `axis` (of the flattened input when there is none) whose condition is true.  ONNX Compress, opset 11
#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

enum Input { kInput, kCondition };

struct Attributes {
  std::optional<std::int64_t> axis;
  void fields(auto& f) { f("axis", axis); }
};

Result<Types> infer(const Site& site, const Types& in) {
  if (in[kCondition].dtype != DType::boolean || in[kCondition].rank() != 1)
    return site.wrong_input(kCondition, "one axis of bool", in[kCondition]);
  const auto& asked = site.attributes<Attributes>().axis;
  if (!asked) return Types{Type(in[kInput].dtype, {Dim()})};
  DLAS_ASSIGN(const std::size_t axis, checked_axis(site, "axis", *asked, in[kInput].rank()));
  std::vector<Dim> dims = *in[kInput].dims;
  dims[axis] = Dim();
  return Types{Type(in[kInput].dtype, dims)};
}

Status run(const Call& call) {
  const auto& asked = call.attributes<Attributes>().axis;
  const Tensor in = asked ? call.in[kInput] : call.in[kInput].reshaped({call.in[kInput].count()});
  const std::size_t axis = asked ? *normalized_axis(*asked, in.rank()) : 0;
  std::vector<std::int64_t> chosen;
  const auto condition = call.in[kCondition].as<bool>();
  for (std::size_t i = 0; i < condition.size(); ++i) {
    if (!condition[i]) continue;
    DLAS_ASSIGN(const std::int64_t index,
                checked_index(call.site, kCondition, static_cast<std::int64_t>(i), in.dim(axis)));
    chosen.push_back(index);
  }
  Shape shape = in.shape();
  shape[axis] = static_cast<std::int64_t>(chosen.size());
  DLAS_ASSIGN(call.out[0], Tensor::zeros(in.dtype(), shape));
  const std::int64_t outer = count(std::span(shape).first(axis)), inner = count(std::span(shape).subspan(axis + 1));
  for (std::size_t i = 0; i < chosen.size(); ++i)
    strided_copy(in, {chosen[i] * inner, {in.dim(axis) * inner, 1}}, call.out[0],
                 {static_cast<std::int64_t>(i) * inner, {shape[axis] * inner, 1}}, {outer, inner});
  return {};
}

}  // namespace

extern const Op compress = {
    .name = "Compress",
    .inputs = "input condition",
    .outputs = "output",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .dynamic = true,
    .units = Units::moved,
};

}  // namespace dlas::op
