// Exp: e^x, element by element.                                                            ONNX Exp, opset 13
#include <cmath>

#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return map_floats(call, [](double x) { return std::exp(x); });
}

}  // namespace

const Op exp = {
    .name = "Exp", .inputs = "input", .outputs = "output", .infer = float_types, .run = run, .elementwise = true};

}  // namespace dlas::op
