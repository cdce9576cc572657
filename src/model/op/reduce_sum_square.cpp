// ReduceSumSquare: the sum of squares over axes.                               ONNX ReduceSumSquare, opset 18
// A sum of integers that the type cannot hold wraps around, as with ReduceSum and NumPy.
#include "model/op/list_elementwise.h"
#include "model/op/reduction.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return reduce(call, []<typename T>(auto values) { return total(values, [](auto x) { return wrapped_mul(x, x); }); });
}

}  // namespace

const Op reduce_sum_square = {.name = "ReduceSumSquare",
                              .inputs = "data axes?",
                              .outputs = "reduced",
                              .attributes = &schema_of<Reduction>(),
                              .infer = reduced_types,
                              .run = run};

}  // namespace dlas::op
