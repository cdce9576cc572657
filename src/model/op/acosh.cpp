// Acosh: arcosh x, element by element.                                                   ONNX Acosh, opset 22
#include <cmath>

#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return map_floats(call, [](double x) { return std::acosh(x); });
}

}  // namespace

const Op acosh = {
    .name = "Acosh", .inputs = "input", .outputs = "output", .infer = float_types, .run = run, .elementwise = true};

}  // namespace dlas::op
