// Softsign: x / (1 + |x|), element by element.                                        ONNX Softsign, opset 22
#include <cmath>

#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return map_floats(call, [](double x) { return x / (1 + std::fabs(x)); });
}

}  // namespace

const Op softsign = {
    .name = "Softsign", .inputs = "input", .outputs = "output", .infer = float_types, .run = run, .elementwise = true};

}  // namespace dlas::op
