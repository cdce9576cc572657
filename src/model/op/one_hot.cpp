// OneHot: a new axis of size `depth`, on value where it equals the index, off value elsewhere.    ONNX OneHot, opset 9 to 11
//
// Negative indices count from the depth; indices outside select nothing. Fractions are cut.
#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

enum Input { kIndices, kDepth, kValues };

struct Attributes {
  std::int64_t axis = -1;
  void fields(auto& f) { f("axis", axis); }
};

Result<Types> infer(const Site& site, const Types& in) {
  const std::size_t rank = in[kIndices].rank() + 1;
  DLAS_ASSIGN(const std::size_t axis, checked_axis(site, "axis", site.attributes<Attributes>().axis, rank));
  if (in[kDepth].fixed() && !in[kDepth].is_scalar_like()) return site.wrong_input(kDepth, "one number", in[kDepth]);
  if (in[kValues].rank() != 1 || !may_equal(in[kValues].dim(0), 2))
    return site.wrong_input(kValues, "off value and on value", in[kValues]);
  Dim depth;
  if (const Tensor* d = site.constant(kDepth)) {
    if (d->integer(0) < 0) return site.wrong_input(kDepth, "at least 0", std::to_string(d->integer(0)));
    depth = d->integer(0);
  }
  std::vector<Dim> dims = *in[kIndices].dims;
  dims.insert(dims.begin() + static_cast<std::ptrdiff_t>(axis), depth);
  return Types{Type(in[kValues].dtype, dims)};
}

Status run(const Call& call) {
  const Tensor& indices = call.in[kIndices];
  Tensor& out = call.out[0];
  const std::size_t axis = *normalized_axis(call.attributes<Attributes>().axis, out.rank());
  const std::int64_t depth = out.dim(axis), inner = count(std::span(out.shape()).subspan(axis + 1));
  strided_copy(call.in[kValues], {0, {0}}, out, {0, {1}}, {out.count()});
  for (std::int64_t i = 0; i < indices.count(); ++i) {
    const std::int64_t index = indices.integer(i), place = index < 0 ? index + depth : index;
    if (place < 0 || place >= depth) continue;
    copy_element(call.in[kValues], 1, out, (i / inner * depth + place) * inner + i % inner);
  }
  return {};
}

}  // namespace

extern const Op one_hot = {
    .name = "OneHot",
    .inputs = "indices depth values",
    .outputs = "output",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .units = Units::moved,
};

}  // namespace dlas::op
