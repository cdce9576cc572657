// ReduceSum: the sum over axes.                                                      ONNX ReduceSum, opset 13
#include "model/op/list_elementwise.h"
#include "model/op/quantized/run.h"
#include "model/op/reduction.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return reduce(call, []<typename T>(auto values) { return total(values, [](auto x) { return x; }); });
}

}  // namespace

const Op reduce_sum = {.name = "ReduceSum",
                       .inputs = "data axes?",
                       .outputs = "reduced",
                       .attributes = &schema_of<Reduction>(),
                       .infer = reduced_types,
                       .run = run,
                       .run_quantized = quantized::run_reduce_sum};

}  // namespace dlas::op
