// MeanVarianceNormalization: (X - mean) / (sqrt(variance) + 1e-9), statistics over `axes`.                ONNX opset 9 to 13
// ONNX defines it by the function body, whose constant is 1e-9 and stands outside the root; sums are float64.
#include <cmath>

#include "model/op/list_nn.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

constexpr double kEpsilon = 1e-9;

struct Attributes {
  std::vector<std::int64_t> axes{0, 2, 3};
  void fields(auto& f) { f("axes", axes); }
};

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_TRY(check_real(site, in, 0));
  for (const std::int64_t axis : site.attributes<Attributes>().axes)
    if (!normalized_axis(axis, in[0].rank()))
      return site.wrong_attribute("axes", "axes of " + text(in[0]), std::to_string(axis));
  return Types{Type(in[0].dtype, *in[0].dims)};
}

// The shape with the axes of the statistics as 1.
Shape kept_shape(const Attributes& a, Shape shape) {
  for (const std::int64_t axis : a.axes) shape[*normalized_axis(axis, shape.size())] = 1;
  return shape;
}

Status run(const Call& call) {
  const Shape& shape = call.in[0].shape();
  const Shape kept = kept_shape(call.attributes<Attributes>(), shape);
  std::vector<double> x = reals(call, 0);
  const auto groups = static_cast<std::size_t>(count(kept));
  if (x.empty()) return {};
  const double size = static_cast<double>(x.size()) / static_cast<double>(groups);
  // Calls f(element, its group).
  const auto walk = [&](auto f) {
    std::size_t i = 0;
    for (Walk<1> w(shape, {broadcast_strides(kept, shape)}); !w.done(); w.next())
      f(x[i++], static_cast<std::size_t>(w.offset(0)));
  };
  std::vector<double> mean(groups), variance(groups);
  walk([&](double v, std::size_t g) { mean[g] += v; });
  for (double& m : mean) m /= size;
  walk([&](double v, std::size_t g) { variance[g] += (v - mean[g]) * (v - mean[g]); });
  walk([&](double& v, std::size_t g) { v = (v - mean[g]) / (std::sqrt(variance[g] / size) + kEpsilon); });
  store(x, call.out[0]);
  return {};
}

Cost cost(const Site&, const Types& in, const Types& out) {
  return {.operations = 6 * static_cast<std::uint64_t>(out[0].count().value_or(0)),
          .bytes = in[0].bytes().value_or(0) + out[0].bytes().value_or(0)};
}

}  // namespace

const Op mean_variance_normalization = {
    .name = "MeanVarianceNormalization",
    .inputs = "X",
    .outputs = "Y",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .cost = cost,
    .units = Units::real,
};

}  // namespace dlas::op
