// Sum: the sum of any number of inputs, broadcast. Rounded once, at the end.               ONNX Sum, opset 13
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return fold_inputs(
      call, []<typename T>(T a, T b) { return wrapped_add(a, b); }, [](auto x, std::size_t) { return x; });
}

}  // namespace

const Op sum = {.name = "Sum",
                .inputs = "data...",
                .outputs = "sum",
                .infer = number_broadcast_types,
                .run = run,
                .elementwise = true};

}  // namespace dlas::op
