// GatherElements: output[i][j][k] = data[i][index[i][j][k]][k] for axis 1, likewise elsewhere.   ONNX GatherElements, opset 11 to 13
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
  const Type &data = in[kData], &indices = in[kIndices];
  DLAS_ASSIGN(const std::size_t axis, checked_axis(site, "axis", site.attributes<Attributes>().axis, data.rank()));
  if ((indices.dtype != DType::i64 && indices.dtype != DType::i32) || indices.rank() != data.rank())
    return site.wrong_input(kIndices, "int64 or int32 of rank " + std::to_string(data.rank()), indices);
  for (std::size_t a = 0; a < data.rank(); ++a)
    if (a != axis && indices.dim(a).known() && data.dim(a).known() && indices.dim(a).size() > data.dim(a).size())
      return site.wrong_input(kIndices, "sizes within " + dlas::text(data), indices);
  return Types{Type(data.dtype, *indices.dims)};
}

Status run(const Call& call) {
  const Tensor &data = call.in[kData], &indices = call.in[kIndices];
  const std::size_t axis = *normalized_axis(call.attributes<Attributes>().axis, data.rank());
  Strides strides = row_major(data.shape());
  const std::int64_t step = strides[axis];
  strides[axis] = 0;
  std::int64_t i = 0;
  for (Walk<1> w(indices.shape(), {strides}); !w.done(); w.next(), ++i) {
    DLAS_ASSIGN(const std::int64_t index, checked_index(call.site, kIndices, indices.integer(i), data.dim(axis)));
    copy_element(data, w.offset(0) + index * step, call.out[0], i);
  }
  return {};
}

}  // namespace

extern const Op gather_elements = {
    .name = "GatherElements",
    .inputs = "data indices",
    .outputs = "output",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .units = Units::moved,
};

}  // namespace dlas::op
