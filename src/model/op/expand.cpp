// Expand: the input broadcast with `shape` in both directions, as NumPy does.                   ONNX Expand, opset 8 to 13
#include <algorithm>

#include "base/limits.h"
#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

enum Input { kData, kShape };

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_TRY(check_list(site, in, kShape));
  const auto sizes = known_list(site, kShape);
  if (!sizes) {
    const auto rank = list_length(in[kShape]);
    if (!rank || *rank > limits().rank) return Types{Type::unranked(in[kData].dtype)};
    return Types{Type(in[kData].dtype, unknown_sizes(std::max(*rank, in[kData].rank())))};
  }
  if (std::ranges::any_of(*sizes, [](std::int64_t s) { return s < 0; }))
    return site.wrong_input(kShape, "sizes of at least 0", dlas::text(*sizes));
  const auto dims = broadcast(*in[kData].dims, std::vector<Dim>(sizes->begin(), sizes->end()));
  if (!dims) return site.wrong_input(kShape, "a shape that " + dlas::text(in[kData]) + " fits", dlas::text(*sizes));
  return Types{Type(in[kData].dtype, *dims)};
}

Status run(const Call& call) {
  const Tensor& data = call.in[kData];
  const Shape& shape = call.out[0].shape();
  strided_copy(data, {0, broadcast_strides(data.shape(), shape)}, call.out[0], {0, row_major(shape)}, shape);
  return {};
}

}  // namespace

extern const Op expand = {
    .name = "Expand",
    .inputs = "input shape",
    .outputs = "output",
    .infer = infer,
    .run = run,
    .units = Units::moved,
};

}  // namespace dlas::op
