// Reciprocal: 1 / x, element by element.                                            ONNX Reciprocal, opset 13
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return map_floats(call, [](double x) { return 1 / x; });
}

}  // namespace

const Op reciprocal = {.name = "Reciprocal",
                       .inputs = "input",
                       .outputs = "output",
                       .infer = float_types,
                       .run = run,
                       .elementwise = true};

}  // namespace dlas::op
