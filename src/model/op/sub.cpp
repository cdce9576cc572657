// Sub: activation(a - b), broadcast. Integers wrap around.                                 ONNX Sub, opset 14
// The attribute `activation` is ours, for what TFLite fuses; ONNX has none.
#include "model/op/fused_activation.h"
#include "model/op/list_elementwise.h"
#include "model/op/quantized/run.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  const Activation activation = call.attributes<Arithmetic>().activation;
  return zip_numbers(call, [=]<typename T>(T a, T b) { return activated<T>(activation, wrapped_sub(a, b)); });
}

}  // namespace

const Op sub = {.name = "Sub",
                .inputs = "a b",
                .outputs = "c",
                .attributes = &schema_of<Arithmetic>(),
                .infer = arithmetic_types,
                .run = run,
                .run_quantized = quantized::run_sub,
                .elementwise = true};

}  // namespace dlas::op
