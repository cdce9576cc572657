// Swish: x / (1 + e^(-alpha x)), element by element.                                     ONNX Swish, opset 24
// With alpha 1 it is also called SiLU.
#include <cmath>

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
  return map_floats(call, [&a](double x) { return x / (1 + std::exp(-a.alpha * x)); });
}

}  // namespace

const Op swish = {.name = "Swish",
                  .inputs = "x",
                  .outputs = "y",
                  .attributes = &schema_of<Attributes>(),
                  .infer = float_types,
                  .run = run,
                  .elementwise = true};

}  // namespace dlas::op
