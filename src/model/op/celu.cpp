// Celu: max(0, x) + min(0, alpha (e^(x / alpha) - 1)), element by element.                ONNX Celu, opset 12
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
  return map_floats(call, [&a](double x) { return x > 0 ? x : a.alpha * std::expm1(x / a.alpha); });
}

}  // namespace

const Op celu = {.name = "Celu",
                 .inputs = "x",
                 .outputs = "y",
                 .attributes = &schema_of<Attributes>(),
                 .infer = float_types,
                 .run = run,
                 .elementwise = true};

}  // namespace dlas::op
