// Equal: a == b as bools, broadcast. NaN is unequal to everything.                       ONNX Equal, opset 19
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return compare(call, [](auto a, auto b) { return a == b; });
}

}  // namespace

const Op equal = {
    .name = "Equal", .inputs = "a b", .outputs = "c", .infer = equality_types, .run = run, .elementwise = true};

}  // namespace dlas::op
