// HardSigmoid: max(0, min(1, alpha x + beta)), element by element.                 ONNX HardSigmoid, opset 22
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

struct Attributes {
  double alpha = 0.2F;
  double beta = 0.5;
  void fields(auto& f) {
    f("alpha", alpha);
    f("beta", beta);
  }
};

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  return map_floats(call, [&a](double x) {
    const double y = a.alpha * x + a.beta;
    return y < 0 ? 0 : y > 1 ? 1 : y;
  });
}

}  // namespace

const Op hard_sigmoid = {.name = "HardSigmoid",
                         .inputs = "x",
                         .outputs = "y",
                         .attributes = &schema_of<Attributes>(),
                         .infer = float_types,
                         .run = run,
                         .elementwise = true};

}  // namespace dlas::op
