// Round: the nearest integer, the even one when two are as near, element by element.     ONNX Round, opset 22
// The rounding mode of the processor is left at its default, to nearest even, everywhere in dlas.
#include <cmath>

#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return map_floats(call, [](double x) { return std::nearbyint(x); });
}

}  // namespace

const Op round = {
    .name = "Round", .inputs = "input", .outputs = "output", .infer = float_types, .run = run, .elementwise = true};

}  // namespace dlas::op
