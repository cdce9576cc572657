// Identity: the input itself, quantisation and axes included.                         ONNX Identity, opset 25
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Result<Types> infer(const Site&, const Types& in) { return Types{in[0]}; }

Status run(const Call& call) {
  if (is_packed(call.out[0].dtype())) call.out[0] = call.in[0].packed(call.out[0].dtype());
  else call.out[0] = call.in[0];
  return {};
}

}  // namespace

const Op identity = {
    .name = "Identity",
    .inputs = "input",
    .outputs = "output",
    .infer = infer,
    .run = run,
    .elementwise = true,
    .units = Units::moved,
};

}  // namespace dlas::op
