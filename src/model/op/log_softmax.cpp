// LogSoftmax: the logarithm of Softmax along an axis.     ONNX LogSoftmax, opset 1 to 13; TFLite LOG_SOFTMAX
#include <algorithm>
#include <cmath>
#include <limits>

#include "model/op/list_nn.h"
#include "model/op/softmax_rows.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  const auto& a = call.attributes<SoftmaxAttributes>();
  std::vector<double> x = reals(call, 0);
  for_each_row(a, call.in[0].shape(), [&](std::int64_t first, std::int64_t stride, std::int64_t size) {
    const auto at = [&](std::int64_t i) -> double& { return x[static_cast<std::size_t>(first + i * stride)]; };
    double most = -std::numeric_limits<double>::infinity(), sum = 0;
    for (std::int64_t i = 0; i < size; ++i) most = std::max(most, at(i) *= a.beta);
    for (std::int64_t i = 0; i < size; ++i) sum += std::exp(at(i) - most);
    const double log_sum = std::log(sum);
    for (std::int64_t i = 0; i < size; ++i) at(i) = at(i) - most - log_sum;
  });
  store(x, call.out[0]);
  return {};
}

// A comparison, a subtraction, an exponential, an addition and a division an element.
Cost cost(const Site&, const Types& in, const Types& out) {
  return {.operations = 5 * static_cast<std::uint64_t>(in[0].count().value_or(0)),
          .bytes = in[0].bytes().value_or(0) + out[0].bytes().value_or(0)};
}

}  // namespace

const Op log_softmax = {
    .name = "LogSoftmax",
    .inputs = "input",
    .outputs = "output",
    .attributes = &schema_of<SoftmaxAttributes>(),
    .infer = softmax_types,
    .run = run,
    .cost = cost,
    .units = Units::real,
};

}  // namespace dlas::op
