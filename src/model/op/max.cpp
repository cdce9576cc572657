// Max: the largest of any number of inputs, broadcast. NaN wins.                           ONNX Max, opset 13
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"
#include "model/op/quantized/run.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return fold_inputs(
      call, []<typename T>(T a, T b) { return nan_at(a) || a > b ? a : b; }, [](auto x, std::size_t) { return x; });
}

}  // namespace

const Op max = {.name = "Max",
                .inputs = "data...",
                .outputs = "max",
                .infer = number_broadcast_types,
                .run = run,
                .run_quantized = quantized::run_max,
                .elementwise = true};

}  // namespace dlas::op
