// Size: how many elements the input has, as an int64 scalar.                                       ONNX Size, opset 13
#include "model/op/op.h"

namespace dlas::op {
namespace {

Result<Types> infer(const Site&, const Types&) { return Types{Type(DType::i64, {})}; }

Status run(const Call& call) {
  call.out[0].mutable_as<std::int64_t>()[0] = call.in_types[0].count().value_or(0);
  return {};
}

Cost cost(const Site&, const Types&, const Types&) { return {.bytes = sizeof(std::int64_t)}; }

}  // namespace

extern const Op size = {
    .name = "Size",
    .inputs = "data",
    .outputs = "size",
    .infer = infer,
    .run = run,
    .cost = cost,
    .units = Units::moved,
};

}  // namespace dlas::op
