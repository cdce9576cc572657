// And: a && b of bools, broadcast.                                                          ONNX And, opset 7
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return zip_booleans(call, [](bool a, bool b) { return a && b; });
}

}  // namespace

const Op and_ = {
    .name = "And", .inputs = "a b", .outputs = "c", .infer = boolean_broadcast_types, .run = run, .elementwise = true};

}  // namespace dlas::op
