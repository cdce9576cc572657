// CumSum: running sums along one axis.                                                       ONNX CumSum, opset 14
// exclusive: an element's own value is left out; reverse: from the end. Floats are summed in float64, integers wrap.
#include "model/op/cumulation.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return cumulate(call, 0, [](auto a, auto b) { return wrapped_add(a, b); });
}

}  // namespace

const Op cum_sum = {.name = "CumSum",
                    .inputs = "x axis",
                    .outputs = "y",
                    .attributes = &schema_of<CumulationAttributes>(),
                    .infer = cumulation_types,
                    .run = run};

}  // namespace dlas::op
