// Cos: cos x, element by element.                                                          ONNX Cos, opset 22
#include <cmath>

#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return map_floats(call, [](double x) { return std::cos(x); });
}

}  // namespace

const Op cos = {
    .name = "Cos", .inputs = "input", .outputs = "output", .infer = float_types, .run = run, .elementwise = true};

}  // namespace dlas::op
