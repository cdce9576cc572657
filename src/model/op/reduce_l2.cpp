// ReduceL2: the square root of the sum of squares over axes.                          ONNX ReduceL2, opset 18
// Squares of integers are summed in float64, so that they do not wrap around; the root is cut to the type.
#include "model/op/list_elementwise.h"
#include "model/op/reduction.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return reduce(call, []<typename T>(auto values) {
    double squares = 0;
    for (const auto v : values) squares += static_cast<double>(v) * static_cast<double>(v);
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
