// Where: x where condition holds, else y, broadcast.                                     ONNX Where, opset 16
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_TRY(check_member(site, in, 0, kBooleans, false));
  DLAS_TRY(check_member(site, in, 1, kAnything, false));
  if (in[2].dtype != in[1].dtype)
    return site.wrong_input(2, std::string(short_text(in[1].dtype)) + " as input 1 has", in[2]);
  DLAS_ASSIGN(auto dims, broadcast_inputs(site, in));
  return Types{Type(in[1].dtype, std::move(dims))};
}

Status run(const Call& call) {
  const Shape& shape = call.out[0].shape();
  const auto condition = call.in[0].as<bool>();
  for_any(call.out[0].dtype(), [&]<typename T>() {
    const auto x = call.in[1].as<T>();
    const auto y = call.in[2].as<T>();
    T* out = call.out[0].mutable_as<T>().data();
    Walk<3> w(shape, {broadcast_strides(call.in[0].shape(), shape), broadcast_strides(call.in[1].shape(), shape),
                      broadcast_strides(call.in[2].shape(), shape)});
    for (; !w.done(); w.next()) *out++ = condition[w.offset(0)] ? x[w.offset(1)] : y[w.offset(2)];
  });
  return {};
}

}  // namespace

const Op where = {
    .name = "Where",
    .inputs = "condition x y",
    .outputs = "output",
    .infer = infer,
    .run = run,
    .elementwise = true,
    .units = Units::moved,
};

}  // namespace dlas::op
