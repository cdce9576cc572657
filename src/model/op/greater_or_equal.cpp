// GreaterOrEqual: a >= b as bools, broadcast. NaN is not in order with everything.  ONNX GreaterOrEqual, opset 16
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return compare(call, [](auto a, auto b) { return a >= b; });
}

}  // namespace

const Op greater_or_equal = {
    .name = "GreaterOrEqual", .inputs = "a b", .outputs = "c", .infer = order_types, .run = run, .elementwise = true};

}  // namespace dlas::op
