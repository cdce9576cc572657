// Selu: gamma x above 0, gamma (alpha e^x - alpha) up to 0, element by element.           ONNX Selu, opset 22
#include <cmath>

#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

struct Attributes {
  double alpha = 1.67326319217681884765625;
  double gamma = 1.05070102214813232421875;
  void fields(auto& f) {
    f("alpha", alpha);
    f("gamma", gamma);
  }
};

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  return map_floats(call, [&a](double x) { return a.gamma * (x > 0 ? x : a.alpha * std::expm1(x)); });
}

}  // namespace

const Op selu = {.name = "Selu",
                 .inputs = "x",
                 .outputs = "y",
                 .attributes = &schema_of<Attributes>(),
                 .infer = float_types,
                 .run = run,
                 .elementwise = true};

}  // namespace dlas::op
