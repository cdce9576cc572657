// Erf: the error function, element by element.                                             ONNX Erf, opset 13
#include <cmath>

#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return map_floats(call, [](double x) { return std::erf(x); });
}

}  // namespace

const Op erf = {
    .name = "Erf", .inputs = "input", .outputs = "output", .infer = float_types, .run = run, .elementwise = true};

}  // namespace dlas::op
