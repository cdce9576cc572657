// BitwiseOr: a | b, bit by bit, broadcast.                                           ONNX BitwiseOr, opset 18
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return zip_integers(call, [](auto a, auto b) { return a | b; });
}

}  // namespace

const Op bitwise_or = {.name = "BitwiseOr",
                       .inputs = "a b",
                       .outputs = "c",
                       .infer = integer_broadcast_types,
                       .run = run,
                       .elementwise = true};

}  // namespace dlas::op
