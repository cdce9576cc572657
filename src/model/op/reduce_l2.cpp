// ReduceL2: the square root of the sum of squares over axes.                          ONNX ReduceL2, opset 18
#include "model/op/list_elementwise.h"
#include "model/op/reduction.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return reduce(call, []<typename T>(auto values) {
    const double squares = total(std::span<const Accumulator<T>>(values), [](auto x) { return wrapped_mul(x, x); });
    return from_double<Accumulator<T>>(std::sqrt(squares));
  });
}

}  // namespace

const Op reduce_l2 = {.name = "ReduceL2",
                      .inputs = "data axes?",
                      .outputs = "reduced",
                      .attributes = &schema_of<Reduction>(),
                      .infer = reduced_types,
                      .run = run};

}  // namespace dlas::op
