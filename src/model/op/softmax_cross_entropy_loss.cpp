// SoftmaxCrossEntropyLoss: minus the logarithm of the softmax at each target.      ONNX SoftmaxCrossEntropyLoss, opset 12 to 13
#include <algorithm>
#include <cmath>

#include "model/op/list_nn.h"
#include "model/op/loss.h"
#include "model/op/softmax_rows.h"

namespace dlas::op {
namespace {

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_ASSIGN(const Type loss, loss_type(site, in));
  return Types{loss, Type(in[0].dtype, *in[0].dims)};
}

// Replaces `size` scores, `stride` apart, by the logarithms of their softmax.
void to_log_softmax(double* x, std::int64_t stride, std::int64_t size) {
  double most = x[0], sum = 0;
  for (std::int64_t i = 1; i < size; ++i) most = std::max(most, x[i * stride]);
  for (std::int64_t i = 0; i < size; ++i) sum += std::exp(x[i * stride] - most);
  const double log_sum = most + std::log(sum);
  for (std::int64_t i = 0; i < size; ++i) x[i * stride] -= log_sum;
}

Status run(const Call& call) {
  std::vector<double> x = reals(call, 0);
  const SoftmaxAttributes rows{.axis = 1};
  if (!x.empty())
    for_each_row(rows, call.in[0].shape(), [&](std::int64_t first, std::int64_t stride, std::int64_t size) {
      to_log_softmax(x.data() + first, stride, size);
    });
  DLAS_TRY(write_loss(call, x));
  if (call.out.size() > 1 && !call.out[1].absent()) store(x, call.out[1]);
  return {};
}

}  // namespace

const Op softmax_cross_entropy_loss = {
    .name = "SoftmaxCrossEntropyLoss",
    .inputs = "scores labels weights?",
    .outputs = "output log_prob?",
    .attributes = &schema_of<LossAttributes>(),
    .infer = infer,
    .run = run,
};

}  // namespace dlas::op
