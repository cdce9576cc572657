// ReduceMean: the mean over axes.                                                   ONNX ReduceMean, opset 18
// Of integers it is cut toward zero; of no floats NaN, of no integers 0.
#include "model/op/list_elementwise.h"
#include "model/op/quantized/run.h"
#include "model/op/reduction.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return reduce(call, []<typename T>(auto values) {
    using A = Accumulator<T>;
    if constexpr (std::integral<A>) {
      if (values.empty()) return A{0};
    }
    return total(values, [](auto x) { return x; }) / static_cast<A>(values.size());
  });
}

}  // namespace

const Op reduce_mean = {.name = "ReduceMean",
                        .inputs = "data axes?",
                        .outputs = "reduced",
                        .attributes = &schema_of<Reduction>(),
                        .infer = reduced_types,
                        .run = run,
                        .run_quantized = quantized::run_reduce_mean};

}  // namespace dlas::op
