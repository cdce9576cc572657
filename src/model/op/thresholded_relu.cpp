// ThresholdedRelu: x where x > alpha, else 0, element by element.              ONNX ThresholdedRelu, opset 22
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

struct Attributes {
  double alpha = 1;
  void fields(auto& f) { f("alpha", alpha); }
};

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  return map_floats(call, [&a](double x) { return x > a.alpha ? x : 0; });
}

}  // namespace

const Op thresholded_relu = {.name = "ThresholdedRelu",
                             .inputs = "x",
                             .outputs = "y",
                             .attributes = &schema_of<Attributes>(),
                             .infer = float_types,
                             .run = run,
                             .elementwise = true};

}  // namespace dlas::op
