// ReluN1To1: min(max(x, -1), 1), element by element; NaN stays NaN. An operator of ours, for RELU_N1_TO_1 of TFLite.
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"
#include "model/op/quantized/run.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return map_floats(call, [](double x) { return x < -1 ? -1 : x > 1 ? 1 : x; });
}

}  // namespace

const Op relu_n1_to_1 = {.name = "ReluN1To1",
                         .inputs = "x",
                         .outputs = "y",
                         .infer = float_types,
                         .run = run,
                         .run_quantized = quantized::run_relu_n1_to_1,
                         .elementwise = true};

}  // namespace dlas::op
