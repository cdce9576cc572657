// Relu6: min(max(x, 0), 6), element by element; NaN stays NaN. An operator of ours, for RELU6 of TFLite.
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"
#include "model/op/quantized/run.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return map_floats(call, [](double x) { return x <= 0 ? 0 : x > 6 ? 6 : x; });
}

}  // namespace

const Op relu6 = {.name = "Relu6",
                  .inputs = "x",
                  .outputs = "y",
                  .infer = float_types,
                  .run = run,
                  .run_quantized = quantized::run_relu6,
                  .elementwise = true};

}  // namespace dlas::op
