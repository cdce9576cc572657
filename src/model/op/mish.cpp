// Mish: x tanh(ln(1 + e^x)), element by element.                                          ONNX Mish, opset 22
#include <algorithm>
#include <cmath>

#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return map_floats(call,
                    [](double x) { return x * std::tanh(std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x)))); });
}

}  // namespace

const Op mish = {
    .name = "Mish", .inputs = "input", .outputs = "output", .infer = float_types, .run = run, .elementwise = true};

}  // namespace dlas::op
