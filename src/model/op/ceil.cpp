// Ceil: the smallest integer from x up, element by element.                               ONNX Ceil, opset 13
#include <cmath>

#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return map_floats(call, [](double x) { return std::ceil(x); });
}

}  // namespace

const Op ceil = {
    .name = "Ceil", .inputs = "input", .outputs = "output", .infer = float_types, .run = run, .elementwise = true};

}  // namespace dlas::op
