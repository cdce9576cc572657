// Mean: the mean of any number of inputs, broadcast. Rounded once, at the end.            ONNX Mean, opset 13
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  if (!is_float(call.in[0].dtype())) return no_such_kernel(call);
  return fold_inputs(
      call, []<typename T>(T a, T b) { return wrapped_add(a, b); },
      []<typename T>(T x, std::size_t n) { return static_cast<T>(x / static_cast<T>(n)); });
}

}  // namespace

const Op mean = {.name = "Mean",
                 .inputs = "data...",
                 .outputs = "mean",
                 .infer = float_broadcast_types,
                 .run = run,
                 .elementwise = true};

}  // namespace dlas::op
