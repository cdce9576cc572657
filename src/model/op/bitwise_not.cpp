// BitwiseNot: every bit turned.                                                     ONNX BitwiseNot, opset 18
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  for_int(call.in[0].dtype(), [&]<typename T>() {
    const auto x = call.in[0].as<T>();
    const auto y = call.out[0].mutable_as<T>();
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = static_cast<T>(~x[i]);
  });
  return {};
}

}  // namespace

const Op bitwise_not = {
    .name = "BitwiseNot", .inputs = "x", .outputs = "y", .infer = integer_types, .run = run, .elementwise = true};

}  // namespace dlas::op
