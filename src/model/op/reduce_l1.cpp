// ReduceL1: the sum of absolute values over axes.                                     ONNX ReduceL1, opset 18
#include "model/op/list_elementwise.h"
#include "model/op/reduction.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return reduce(call, []<typename T>(auto values) {
    return total(values, [](auto x) { return x < 0 ? wrapped_sub(decltype(x){0}, x) : x; });
  });
}

}  // namespace

const Op reduce_l1 = {.name = "ReduceL1",
                      .inputs = "data axes?",
                      .outputs = "reduced",
                      .attributes = &schema_of<Reduction>(),
                      .infer = reduced_types,
                      .run = run};

}  // namespace dlas::op
