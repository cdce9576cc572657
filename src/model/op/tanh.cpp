// Tanh: tanh x, element by element.                                                       ONNX Tanh, opset 13
#include <cmath>

#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"
#include "model/op/quantized/run.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return map_floats(call, [](double x) { return std::tanh(x); });
}

}  // namespace

const Op tanh = {.name = "Tanh",
                 .inputs = "input",
                 .outputs = "output",
                 .infer = float_types,
                 .run = run,
                 .run_quantized = quantized::run_tanh,
                 .elementwise = true};

}  // namespace dlas::op
