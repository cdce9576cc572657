// IsNaN: true where x is not a number.                                                   ONNX IsNaN, opset 20
#include <cmath>

#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  if (!is_float(call.in[0].dtype())) return no_such_kernel(call);
  const auto y = call.out[0].mutable_as<bool>();
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = std::isnan(call.in[0].number(static_cast<std::int64_t>(i)));
  return {};
}

}  // namespace

const Op is_nan = {
    .name = "IsNaN", .inputs = "x", .outputs = "y", .infer = float_test_types, .run = run, .elementwise = true};

}  // namespace dlas::op
