// Sqrt: the square root, NaN of negative numbers, element by element.                     ONNX Sqrt, opset 13
#include <cmath>

#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return map_floats(call, [](double x) { return std::sqrt(x); });
}

}  // namespace

const Op sqrt = {
    .name = "Sqrt", .inputs = "input", .outputs = "output", .infer = float_types, .run = run, .elementwise = true};

}  // namespace dlas::op
