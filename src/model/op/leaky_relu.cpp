// LeakyRelu: x from 0 up, alpha x below, element by element.                         ONNX LeakyRelu, opset 16
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"
#include "model/op/quantized/run.h"

namespace dlas::op {
namespace {

struct Attributes {
  double alpha = 0.01F;
  void fields(auto& f) { f("alpha", alpha); }
};

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  return map_floats(call, [&a](double x) { return x < 0 ? a.alpha * x : x; });
}

}  // namespace

const Op leaky_relu = {.name = "LeakyRelu",
                       .inputs = "x",
                       .outputs = "y",
                       .attributes = &schema_of<Attributes>(),
                       .infer = float_types,
                       .run = run,
                       .run_quantized = quantized::run_leaky_relu,
                       .elementwise = true};

}  // namespace dlas::op
