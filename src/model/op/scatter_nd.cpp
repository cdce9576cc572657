// ScatterND: a copy of `data` where the slice at each index vector takes its update.                ONNX ScatterND, opset 18
//
// Updates are applied in row-major order.
#include "model/op/scatter_reduction.h"
#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

enum Input { kData, kIndices, kUpdates };

struct Attributes {
  Reduction reduction = Reduction::none;
  void fields(auto& f) { f("reduction", reduction, kReductions); }
};

Result<Types> infer(const Site& site, const Types& in) {
  const Type &data = in[kData], &indices = in[kIndices], &updates = in[kUpdates];
  DLAS_TRY(check_reduction(site, site.attributes<Attributes>().reduction, data));
  if (indices.dtype != DType::i64 || indices.rank() == 0)
    return site.wrong_input(kIndices, "int64 of at least one axis", indices);
  if (updates.dtype != data.dtype) return site.wrong_input(kUpdates, std::string(dlas::text(data.dtype)), updates);
  const Dim& depth = indices.dim(indices.rank() - 1);
  if (!depth.known()) return Types{Type(data.dtype, *data.dims)};
  if (depth.size() < 1 || depth.size() > static_cast<std::int64_t>(data.rank()))
    return site.wrong_input(kIndices, "index vectors of 1 to " + std::to_string(data.rank()), indices);
  Type want(data.dtype, {indices.dims->begin(), indices.dims->end() - 1});
  want.dims->insert(want.dims->end(), data.dims->begin() + depth.size(), data.dims->end());
  bool right = updates.rank() == want.rank();
  for (std::size_t a = 0; right && a < want.rank(); ++a) right = may_equal(updates.dim(a), want.dim(a));
  if (!right) return site.wrong_input(kUpdates, dlas::text(want), updates);
  return Types{Type(data.dtype, *data.dims)};
}

Status run(const Call& call) {
  const Tensor &data = call.in[kData], &indices = call.in[kIndices];
  copy_bytes(data, call.out[0]);
  const Strides strides = row_major(data.shape());
  const std::int64_t depth = indices.shape().back(), vectors = indices.count() / depth;
  const std::int64_t block = count(std::span(data.shape()).subspan(static_cast<std::size_t>(depth)));
  for (std::int64_t v = 0; v < vectors; ++v) {
    std::int64_t offset = 0;
    for (std::int64_t k = 0; k < depth; ++k) {
      const auto axis = static_cast<std::size_t>(k);
      DLAS_ASSIGN(const std::int64_t index,
                  checked_index(call.site, kIndices, indices.integer(v * depth + k), data.dim(axis)));
      offset += index * strides[axis];
    }
    for (std::int64_t i = 0; i < block; ++i)
      reduce_element(call.attributes<Attributes>().reduction, call.in[kUpdates], v * block + i, call.out[0],
                     offset + i);
  }
  return {};
}

}  // namespace

extern const Op scatter_nd = {.name = "ScatterND",
                              .inputs = "data indices updates",
                              .outputs = "output",
                              .attributes = &schema_of<Attributes>(),
                              .infer = infer,
                              .run = run};

}  // namespace dlas::op
