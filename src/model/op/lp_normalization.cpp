// LpNormalization: each line along one axis divided by its p-norm, p 1 or 2.             ONNX LpNormalization, opset 1 to 22
// A line of norm 0 becomes 0.
#include <cmath>

#include "model/op/list_nn.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

struct Attributes {
  std::int64_t axis = -1;
  std::int64_t p = 2;
  void fields(auto& f) {
    f("axis", axis);
    f("p", p);
  }
};

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<Attributes>();
  DLAS_TRY(check_real(site, in, 0));
  if (!normalized_axis(a.axis, in[0].rank()))
    return site.wrong_attribute("axis", "an axis of " + text(in[0]), std::to_string(a.axis));
  if (a.p != 1 && a.p != 2) return site.wrong_attribute("p", "1 or 2", std::to_string(a.p));
  return Types{Type(in[0].dtype, *in[0].dims)};
}

// Divides `size` elements, `stride` apart, by their norm.
void divide(double* x, std::int64_t size, std::int64_t stride, bool squared) {
  double sum = 0;
  for (std::int64_t i = 0; i < size; ++i) sum += squared ? x[i * stride] * x[i * stride] : std::fabs(x[i * stride]);
  const double norm = squared ? std::sqrt(sum) : sum;
  for (std::int64_t i = 0; i < size; ++i) x[i * stride] = norm == 0 ? 0 : x[i * stride] / norm;
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const Shape& shape = call.in[0].shape();
  const std::size_t axis = *normalized_axis(a.axis, shape.size());
  const std::int64_t inner = count(std::span(shape).subspan(axis + 1)), size = shape[axis];
  std::vector<double> x = reals(call, 0);
  const std::int64_t lines = x.empty() ? 0 : static_cast<std::int64_t>(x.size()) / size;
  for (std::int64_t i = 0; i < lines; ++i)
    divide(x.data() + i / inner * inner * size + i % inner, size, inner, a.p == 2);
  store(x, call.out[0]);
  return {};
}

Cost cost(const Site&, const Types& in, const Types& out) {
  return {.operations = 3 * static_cast<std::uint64_t>(out[0].count().value_or(0)),
          .bytes = in[0].bytes().value_or(0) + out[0].bytes().value_or(0)};
}

}  // namespace

const Op lp_normalization = {
    .name = "LpNormalization",
    .inputs = "input",
    .outputs = "output",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .cost = cost,
    .units = Units::real,
};

}  // namespace dlas::op
