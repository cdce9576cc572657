// Hardmax: 1 at the largest element along an axis, the first of equals; 0 elsewhere.  ONNX Hardmax, opset 1 to 13
#include <cmath>

#include "model/op/list_nn.h"
#include "model/op/softmax_rows.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  const auto& a = call.attributes<SoftmaxAttributes>();
  std::vector<double> x = reals(call, 0);
  for_each_row(a, call.in[0].shape(), [&](std::int64_t first, std::int64_t stride, std::int64_t size) {
    const auto at = [&](std::int64_t i) -> double& { return x[static_cast<std::size_t>(first + i * stride)]; };
    std::int64_t best = 0;
    for (std::int64_t i = 1; i < size; ++i)
      if (at(i) > at(best)) best = i;
    for (std::int64_t i = 0; i < size; ++i) at(i) = i == best ? 1 : 0;
  });
  store(x, call.out[0]);
  return {};
}

}  // namespace

const Op hardmax = {
    .name = "Hardmax",
    .inputs = "input",
    .outputs = "output",
    .attributes = &schema_of<SoftmaxAttributes>(),
    .infer = softmax_types,
    .run = run,
    .units = Units::real,
};

}  // namespace dlas::op
