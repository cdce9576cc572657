// Shrink: x + bias below -lambd, x - bias above lambd, else 0, element by element.       ONNX Shrink, opset 9
// The text of ONNX allows integers too; they are not computed here.
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

struct Attributes {
  double bias = 0;
  double lambd = 0.5;
  void fields(auto& f) {
    f("bias", bias);
    f("lambd", lambd);
  }
};

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  return map_floats(call, [&a](double x) { return x < -a.lambd ? x + a.bias : x > a.lambd ? x - a.bias : 0; });
}

}  // namespace

const Op shrink = {.name = "Shrink",
                   .inputs = "x",
                   .outputs = "y",
                   .attributes = &schema_of<Attributes>(),
                   .infer = float_types,
                   .run = run,
                   .elementwise = true};

}  // namespace dlas::op
