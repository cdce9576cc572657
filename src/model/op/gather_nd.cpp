// GatherND: the last axis of `indices` holds index vectors into `data` behind the batch axes.   ONNX GatherND, opset 12 to 13
#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

enum Input { kData, kIndices };

struct Attributes {
  std::int64_t batch_dims = 0;
  void fields(auto& f) { f("batch_dims", batch_dims); }
};

Result<Types> infer(const Site& site, const Types& in) {
  const Type &data = in[kData], &indices = in[kIndices];
  const std::int64_t batch = site.attributes<Attributes>().batch_dims;
  if (indices.dtype != DType::i64 || indices.rank() == 0)
    return site.wrong_input(kIndices, "int64 of at least one axis", indices);
  if (batch < 0 || batch >= static_cast<std::int64_t>(std::min(data.rank(), indices.rank())))
    return site.wrong_attribute("batch_dims", "fewer than the axes of both inputs", std::to_string(batch));
  const auto b = static_cast<std::size_t>(batch);
  std::vector<Dim> dims(indices.dims->begin(), indices.dims->end() - 1);
  for (std::size_t a = 0; a < b; ++a) {
    const auto both = merged(data.dim(a), indices.dim(a));
    if (!both) return site.wrong_input(kIndices, "the batch axes of " + dlas::text(data), indices);
    dims[a] = *both;
  }
  const Dim& depth = indices.dim(indices.rank() - 1);
  if (!depth.known()) return Types{Type::unranked(data.dtype)};
  if (depth.size() < 1 || depth.size() > static_cast<std::int64_t>(data.rank() - b))
    return site.wrong_input(kIndices, "index vectors of 1 to " + std::to_string(data.rank() - b), indices);
  dims.insert(dims.end(), data.dims->begin() + batch + depth.size(), data.dims->end());
  return Types{Type(data.dtype, dims)};
}

Status run(const Call& call) {
  const Tensor &data = call.in[kData], &indices = call.in[kIndices];
  const auto batch = static_cast<std::size_t>(call.attributes<Attributes>().batch_dims);
  const Strides strides = row_major(data.shape());
  const std::int64_t depth = indices.shape().back();
  const std::int64_t batches = count(std::span(data.shape()).first(batch));
  const std::int64_t each = count(std::span(data.shape()).subspan(batch));
  const std::int64_t block = count(std::span(data.shape()).subspan(batch + static_cast<std::size_t>(depth)));
  const std::int64_t vectors = indices.count() / depth, vectors_each = batches > 0 ? vectors / batches : 0;
  for (std::int64_t v = 0; v < vectors; ++v) {
    std::int64_t offset = v / vectors_each * each;
    for (std::int64_t k = 0; k < depth; ++k) {
      const std::size_t axis = batch + static_cast<std::size_t>(k);
      DLAS_ASSIGN(const std::int64_t index,
                  checked_index(call.site, kIndices, indices.integer(v * depth + k), data.dim(axis)));
      offset += index * strides[axis];
    }
    strided_copy(data, {offset, {1}}, call.out[0], {v * block, {1}}, {block});
  }
  return {};
}

}  // namespace

extern const Op gather_nd = {
    .name = "GatherND",
    .inputs = "data indices",
    .outputs = "output",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .units = Units::moved,
};

}  // namespace dlas::op
