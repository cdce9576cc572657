// Relu: max(x, 0), element by element. NaN stays NaN, -0 becomes 0.                       ONNX Relu, opset 14
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"
#include "model/op/quantized/run.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return map_numbers(call, []<typename T>(T x) { return x <= T{0} ? T{0} : x; });
}

}  // namespace

const Op relu = {.name = "Relu",
                 .inputs = "x",
                 .outputs = "y",
                 .infer = number_types,
                 .run = run,
                 .run_quantized = quantized::run_relu,
                 .elementwise = true};

}  // namespace dlas::op
