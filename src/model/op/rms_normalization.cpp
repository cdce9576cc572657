// RMSNormalization: X / sqrt(mean(X^2) + epsilon) scale, the mean over all axes from `axis` on.       ONNX opset 23
// Computed in float64 whatever stash_type says, and rounded once.
#include <cmath>

#include "model/op/list_nn.h"
#include "model/op/real.h"
#include "model/op/statistics.h"

namespace dlas::op {
namespace {

struct Attributes {
  std::int64_t axis = -1;
  double epsilon = 1e-5;
  DType stash_type = DType::f32;
  void fields(auto& f) {
    f("axis", axis);
    f("epsilon", epsilon);
    f("stash_type", stash_type);
  }
};

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<Attributes>();
  for (std::size_t slot : {0U, 1U})
    if (!is_float(in[slot].dtype)) return site.wrong_input(slot, "floats", in[slot]);
  if (!normalized_axis(a.axis, in[0].rank()))
    return site.wrong_attribute("axis", "an axis of " + text(in[0]), std::to_string(a.axis));
  if (!broadcasts_into(in[0], in[1])) return site.wrong_input(1, "a shape that broadcasts to the input's", in[1]);
  if (!is_float(a.stash_type)) return site.wrong_attribute("stash_type", "a float type", text(a.stash_type));
  return Types{Type(in[1].dtype, *in[0].dims)};
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const Shape& shape = call.in[0].shape();
  std::vector<double> x = reals(call, 0);
  const auto size = static_cast<std::size_t>(count(std::span(shape).subspan(*normalized_axis(a.axis, shape.size()))));
  for (std::size_t at = 0; size > 0 && at < x.size(); at += size) {
    const std::span<double> row = std::span(x).subspan(at, size);
    double squares = 0;
    for (const double v : row) squares += v * v;
    const double root = std::sqrt(squares / static_cast<double>(size) + a.epsilon);
    for (double& v : row) v /= root;
  }
  scale_and_shift(call, x, 1, 2);
  store(x, call.out[0]);
  return {};
}

Cost cost(const Site&, const Types& in, const Types& out) {
  return {.operations = 4 * static_cast<std::uint64_t>(out[0].count().value_or(0)),
          .bytes = in[0].bytes().value_or(0) + in[1].bytes().value_or(0) + out[0].bytes().value_or(0)};
}

}  // namespace

const Op rms_normalization = {
    .name = "RMSNormalization",
    .inputs = "X scale",
    .outputs = "Y",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .cost = cost,
};

}  // namespace dlas::op
