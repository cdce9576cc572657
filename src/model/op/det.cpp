// Det: the determinant of each square matrix, by elimination with the largest pivot.                  ONNX Det, opset 11 to 22
#include <cmath>

#include "model/op/list_nn.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

Result<Types> infer(const Site& site, const Types& in) {
  if (!is_float(in[0].dtype)) return site.wrong_input(0, "floats", in[0]);
  const std::size_t rank = in[0].rank();
  if (rank < 2 || !may_equal(in[0].dim(rank - 1), in[0].dim(rank - 2)))
    return site.wrong_input(0, "square matrices", in[0]);
  return Types{Type(in[0].dtype, {in[0].dims->begin(), in[0].dims->end() - 2})};
}

// Of a matrix of n x n, which it overwrites.
double determinant(double* m, std::int64_t n) {
  double product = 1;
  for (std::int64_t c = 0; c < n; ++c) {
    std::int64_t pivot = c;
    for (std::int64_t r = c + 1; r < n; ++r)
      if (std::fabs(m[r * n + c]) > std::fabs(m[pivot * n + c])) pivot = r;
    if (m[pivot * n + c] == 0) return 0;
    if (pivot != c) {
      std::swap_ranges(m + c * n, m + c * n + n, m + pivot * n);
      product = -product;
    }
    product *= m[c * n + c];
    for (std::int64_t r = c + 1; r < n; ++r) {
      const double factor = m[r * n + c] / m[c * n + c];
      for (std::int64_t i = c; i < n; ++i) m[r * n + i] -= factor * m[c * n + i];
    }
  }
  return product;
}

Status run(const Call& call) {
  std::vector<double> x = reals(call, 0);
  const std::int64_t n = call.in[0].shape().back();
  std::vector<double> y(static_cast<std::size_t>(call.out[0].count()));
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = determinant(x.data() + static_cast<std::int64_t>(i) * n * n, n);
  store(y, call.out[0]);
  return {};
}

Cost cost(const Site&, const Types& in, const Types& out) {
  const Dim& n = in[0].dims->back();
  const auto size = n.known() ? static_cast<std::uint64_t>(n.size()) : 1;
  return {.macs = static_cast<std::uint64_t>(in[0].count().value_or(0)) * size / 3,
          .bytes = in[0].bytes().value_or(0) + out[0].bytes().value_or(0)};
}

}  // namespace

const Op det = {.name = "Det", .inputs = "X", .outputs = "Y", .infer = infer, .run = run, .cost = cost};

}  // namespace dlas::op
