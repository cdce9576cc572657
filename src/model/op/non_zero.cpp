// NonZero: index vectors of the elements that are not zero, one a column, in row-major order.    ONNX NonZero, opset 9 to 13
#include "model/op/op.h"

namespace dlas::op {
namespace {

Result<Types> infer(const Site&, const Types& in) {
  return Types{Type(DType::i64, {static_cast<std::int64_t>(in[0].rank()), Dim()})};
}

Status run(const Call& call) {
  const Tensor& x = call.in[0];
  std::vector<std::int64_t> places;
  for (std::int64_t i = 0; i < x.count(); ++i)
    if (x.number(i) != 0) places.push_back(i);
  const auto n = static_cast<std::int64_t>(places.size());
  DLAS_ASSIGN(call.out[0], Tensor::zeros(DType::i64, {static_cast<std::int64_t>(x.rank()), n}));
  const auto out = call.out[0].mutable_as<std::int64_t>();
  const Strides strides = row_major(x.shape());
  for (std::size_t axis = 0; axis < x.rank(); ++axis)
    for (std::size_t i = 0; i < places.size(); ++i)
      out[axis * places.size() + i] = places[i] / strides[axis] % x.dim(axis);
  return {};
}

}  // namespace

extern const Op non_zero = {
    .name = "NonZero", .inputs = "X", .outputs = "Y", .infer = infer, .run = run, .dynamic = true};

}  // namespace dlas::op
