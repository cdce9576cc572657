// Gather: slices of `data` along `axis`, chosen by `indices`; negative ones count from the end.   ONNX Gather, opset 11 to 13
#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

enum Input { kData, kIndices };

struct Attributes {
  std::int64_t axis = 0;
  void fields(auto& f) { f("axis", axis); }
};

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_ASSIGN(const std::size_t axis, checked_axis(site, "axis", site.attributes<Attributes>().axis, in[kData].rank()));
  if (in[kIndices].dtype != DType::i64 && in[kIndices].dtype != DType::i32)
    return site.wrong_input(kIndices, "int64 or int32", in[kIndices]);
  std::vector<Dim> dims = *in[kData].dims;
  const auto at = dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(axis));
  dims.insert(at, in[kIndices].dims->begin(), in[kIndices].dims->end());
  return Types{Type(in[kData].dtype, dims)};
}

Status run(const Call& call) {
  const Tensor &data = call.in[kData], &indices = call.in[kIndices];
  const std::size_t axis = *normalized_axis(call.attributes<Attributes>().axis, data.rank());
  const std::int64_t outer = count(std::span(data.shape()).first(axis));
  const std::int64_t inner = count(std::span(data.shape()).subspan(axis + 1));
  const std::int64_t rows = indices.count(), size = data.dim(axis);
  for (std::int64_t i = 0; i < rows; ++i) {
    DLAS_ASSIGN(const std::int64_t index, checked_index(call.site, kIndices, indices.integer(i), size));
    strided_copy(data, {index * inner, {size * inner, 1}}, call.out[0], {i * inner, {rows * inner, 1}}, {outer, inner});
  }
  return {};
}

}  // namespace

extern const Op gather = {
    .name = "Gather",
    .inputs = "data indices",
    .outputs = "output",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .units = Units::moved,
};

}  // namespace dlas::op
