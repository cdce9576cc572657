// Acos: arccos x, element by element.                                                     ONNX Acos, opset 22
#include <cmath>

#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return map_floats(call, [](double x) { return std::acos(x); });
}

}  // namespace

const Op acos = {
    .name = "Acos", .inputs = "input", .outputs = "output", .infer = float_types, .run = run, .elementwise = true};

}  // namespace dlas::op
