// Elu: x from 0 up, alpha (e^x - 1) below, element by element.                             ONNX Elu, opset 22
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
  return map_floats(call, [&a](double x) { return x < 0 ? a.alpha * std::expm1(x) : x; });
}

}  // namespace

const Op elu = {.name = "Elu",
                .inputs = "x",
                .outputs = "y",
                .attributes = &schema_of<Attributes>(),
                .infer = float_types,
                .run = run,
                .elementwise = true};

}  // namespace dlas::op
