// ReduceLogSum: the logarithm of the sum over axes.                               ONNX ReduceLogSum, opset 18
#include "model/op/list_elementwise.h"
#include "model/op/reduction.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return reduce(call, []<typename T>(auto values) {
    const auto s = static_cast<double>(total(values, [](auto x) { return x; }));
    return from_double<Accumulator<T>>(std::log(s));
  });
}

}  // namespace

const Op reduce_log_sum = {.name = "ReduceLogSum",
                           .inputs = "data axes?",
                           .outputs = "reduced",
                           .attributes = &schema_of<Reduction>(),
                           .infer = reduced_types,
                           .run = run};

}  // namespace dlas::op
