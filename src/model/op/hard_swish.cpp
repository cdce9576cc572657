// HardSwish: x max(0, min(1, x / 6 + 1 / 2)), element by element.                    ONNX HardSwish, opset 22
#include <algorithm>

#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"
#include "model/op/quantized/run.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return map_floats(call, [](double x) { return x * std::clamp(x / 6 + 0.5, 0.0, 1.0); });
}

}  // namespace

const Op hard_swish = {.name = "HardSwish",
                       .inputs = "input",
                       .outputs = "output",
                       .infer = float_types,
                       .run = run,
                       .run_quantized = quantized::run_hard_swish,
                       .elementwise = true};

}  // namespace dlas::op
