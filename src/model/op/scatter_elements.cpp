// ScatterElements: a copy of `data` where data[i][index[i][j]] takes update[i][j] for axis 1.  ONNX ScatterElements, opset 18
//
// Updates are applied in row-major order, so among equal indices the last one stays when nothing is reduced.
#include "model/op/scatter_reduction.h"
#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

enum Input { kData, kIndices, kUpdates };

struct Attributes {
  std::int64_t axis = 0;
  Reduction reduction = Reduction::none;
  void fields(auto& f) {
    f("axis", axis);
    f("reduction", reduction, kReductions);
  }
};

Result<Types> infer(const Site& site, const Types& in) {
  const Type &data = in[kData], &indices = in[kIndices], &updates = in[kUpdates];
  const auto& a = site.attributes<Attributes>();
  DLAS_ASSIGN(const std::size_t axis, checked_axis(site, "axis", a.axis, data.rank()));
  DLAS_TRY(check_reduction(site, a.reduction, data));
  if ((indices.dtype != DType::i64 && indices.dtype != DType::i32) || indices.rank() != data.rank())
    return site.wrong_input(kIndices, "int64 or int32 of rank " + std::to_string(data.rank()), indices);
  const Type want(data.dtype, *indices.dims);
  if (updates.dtype != data.dtype || updates.rank() != indices.rank())
    return site.wrong_input(kUpdates, dlas::text(want), updates);
  for (std::size_t d = 0; d < data.rank(); ++d) {
    if (!may_equal(indices.dim(d), updates.dim(d))) return site.wrong_input(kUpdates, dlas::text(want), updates);
    if (d != axis && indices.dim(d).known() && data.dim(d).known() && indices.dim(d).size() > data.dim(d).size())
      return site.wrong_input(kIndices, "sizes within " + dlas::text(data), indices);
  }
  return Types{Type(data.dtype, *data.dims)};
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const Tensor &data = call.in[kData], &indices = call.in[kIndices];
  const std::size_t axis = *normalized_axis(a.axis, data.rank());
  copy_bytes(data, call.out[0]);
  Strides strides = row_major(data.shape());
  const std::int64_t step = strides[axis];
  strides[axis] = 0;
  std::int64_t i = 0;
  for (Walk<1> w(indices.shape(), {strides}); !w.done(); w.next(), ++i) {
    DLAS_ASSIGN(const std::int64_t index, checked_index(call.site, kIndices, indices.integer(i), data.dim(axis)));
    reduce_element(a.reduction, call.in[kUpdates], i, call.out[0], w.offset(0) + index * step);
  }
  return {};
}

}  // namespace

extern const Op scatter_elements = {.name = "ScatterElements",
                                    .inputs = "data indices updates",
                                    .outputs = "output",
                                    .attributes = &schema_of<Attributes>(),
                                    .infer = infer,
                                    .run = run};

}  // namespace dlas::op
