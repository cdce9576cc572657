// ReduceMax: the largest over axes.                                                  ONNX ReduceMax, opset 20
// NaN wins. Of nothing it is -infinity or the lowest number of the type; of bools, or.
#include "model/op/list_elementwise.h"
#include "model/op/reduction.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return reduce(call, []<typename T>(auto values) {
    using A = Accumulator<T>;
    A best{};
    if constexpr (is_real_v<T>) best = -std::numeric_limits<double>::infinity();
    else best = static_cast<A>(std::numeric_limits<T>::lowest());
    for (const auto v : values)
      if (v > best || nan_at(v)) best = v;
    return best;
  });
}

}  // namespace

const Op reduce_max = {
    .name = "ReduceMax",
    .inputs = "data axes?",
    .outputs = "reduced",
    .attributes = &schema_of<Reduction>(),
    .infer = reduced_or_bool_types,
    .run = run,
    .units = Units::compared,
};

}  // namespace dlas::op
