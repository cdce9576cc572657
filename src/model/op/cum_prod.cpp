// CumProd: running products along one axis.                                                  ONNX CumProd, opset 26
// exclusive: an element's own value is left out; reverse: from the end. Floats are computed in float64, integers wrap.
#include "model/op/cumulation.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return cumulate(call, 1, [](auto a, auto b) { return wrapped_mul(a, b); });
}

}  // namespace

const Op cum_prod = {.name = "CumProd",
                     .inputs = "x axis",
                     .outputs = "y",
                     .attributes = &schema_of<CumulationAttributes>(),
                     .infer = cumulation_types,
                     .run = run};

}  // namespace dlas::op
