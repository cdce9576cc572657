// ReduceLogSumExp: ln(sum of e^x) over axes.                                   ONNX ReduceLogSumExp, opset 18
// The largest value is taken out first, so that nothing overflows.
#include "model/op/list_elementwise.h"
#include "model/op/reduction.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return reduce(call, []<typename T>(auto values) {
    double largest = -std::numeric_limits<double>::infinity();
    for (const auto v : values) largest = std::max(largest, static_cast<double>(v));
    const double shift = std::isfinite(largest) ? largest : 0;
    double s = 0;
    for (const auto v : values) s += std::exp(static_cast<double>(v) - shift);
    return from_double<Accumulator<T>>(shift + std::log(s));
  });
}

}  // namespace

const Op reduce_log_sum_exp = {.name = "ReduceLogSumExp",
                               .inputs = "data axes?",
                               .outputs = "reduced",
                               .attributes = &schema_of<Reduction>(),
                               .infer = reduced_types,
                               .run = run};

}  // namespace dlas::op
