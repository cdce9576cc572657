// Sigmoid: 1 / (1 + e^-x), element by element.                                         ONNX Sigmoid, opset 13
#include <cmath>

#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"
#include "model/op/quantized/run.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return map_floats(call, [](double x) { return 1 / (1 + std::exp(-x)); });
}

}  // namespace

const Op sigmoid = {.name = "Sigmoid",
                    .inputs = "input",
                    .outputs = "output",
                    .infer = float_types,
                    .run = run,
                    .run_quantized = quantized::run_sigmoid,
                    .elementwise = true};

}  // namespace dlas::op
