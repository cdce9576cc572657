// ReduceProd: the product over axes.                                                ONNX ReduceProd, opset 18
#include "model/op/list_elementwise.h"
#include "model/op/reduction.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return reduce(call, []<typename T>(auto values) {
    Accumulator<T> product{1};
    for (const auto v : values) product = wrapped_mul(product, v);
    return product;
  });
}

}  // namespace

const Op reduce_prod = {.name = "ReduceProd",
                        .inputs = "data axes?",
                        .outputs = "reduced",
                        .attributes = &schema_of<Reduction>(),
                        .infer = reduced_types,
                        .run = run};

}  // namespace dlas::op
