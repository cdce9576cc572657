#include "model/op/matrix.h"

#include <algorithm>

#include "base/checked.h"

namespace dlas::op {
namespace {

constexpr std::int64_t kBlock = 8;  // columns summed at once, in registers

void row_times_block(const double* a, const double* panel, std::int64_t k, double* sums) {
  double s[kBlock];
  for (std::int64_t j = 0; j < kBlock; ++j) s[j] = sums[j];
  for (std::int64_t i = 0; i < k; ++i)
    for (std::int64_t j = 0; j < kBlock; ++j) s[j] += a[i] * panel[i * kBlock + j];
  for (std::int64_t j = 0; j < kBlock; ++j) sums[j] = s[j];
}

}  // namespace

void multiply(const double* a, const double* b, std::int64_t m, std::int64_t k, std::int64_t n, double* c) {
  std::vector<double> panel(static_cast<std::size_t>(k * kBlock));
  for (std::int64_t from = 0; from < n; from += kBlock) {
    const std::int64_t width = std::min(kBlock, n - from);
    for (std::int64_t i = 0; i < k; ++i) std::copy_n(b + i * n + from, width, panel.begin() + i * kBlock);
    for (std::int64_t row = 0; row < m; ++row) {
      double sums[kBlock] = {};
      std::copy_n(c + row * n + from, width, sums);
      row_times_block(a + row * k, panel.data(), k, sums);
      std::copy_n(sums, width, c + row * n + from);
    }
  }
}

std::vector<double> transposed(const std::vector<double>& a, std::int64_t rows, std::int64_t columns) {
  std::vector<double> out(a.size());
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < columns; ++c)
      out[static_cast<std::size_t>(c * rows + r)] = a[static_cast<std::size_t>(r * columns + c)];
  return out;
}

Result<std::vector<Dim>> matmul_dims(const Site& site, const Types& in, std::size_t a, std::size_t b) {
  for (std::size_t slot : {a, b})
    if (in[slot].rank() == 0) return site.wrong_input(slot, "at least one axis", in[slot]);
  std::vector<Dim> x = *in[a].dims, y = *in[b].dims;
  const bool row = x.size() == 1, column = y.size() == 1;
  if (row) x.insert(x.begin(), Dim(1));
  if (column) y.push_back(Dim(1));
  if (!may_equal(x.back(), y[y.size() - 2]))
    return site.wrong_input(b, "a matrix of " + text(x.back()) + " rows", in[b]);
  const auto lead = broadcast({x.begin(), x.end() - 2}, {y.begin(), y.end() - 2});
  if (!lead) return site.wrong_input(b, "leading axes that broadcast with " + text(in[a]), in[b]);
  std::vector<Dim> out = *lead;
  if (!row) out.push_back(x[x.size() - 2]);
  if (!column) out.push_back(y.back());
  return out;
}

std::vector<double> matmul_values(const Shape& a_shape, const std::vector<double>& a, const Shape& b_shape,
                                  const std::vector<double>& b) {
  Shape x = a_shape, y = b_shape;
  if (x.size() == 1) x.insert(x.begin(), 1);
  if (y.size() == 1) y.push_back(1);
  const std::int64_t m = x[x.size() - 2], k = x.back(), n = y.back();
  const Shape x_lead(x.begin(), x.end() - 2), y_lead(y.begin(), y.end() - 2);
  const Shape lead = *broadcast(x_lead, y_lead);
  std::vector<double> out(static_cast<std::size_t>(count(lead) * m * n));
  std::int64_t at = 0;
  for (Walk<2> w(lead, {broadcast_strides(x_lead, lead), broadcast_strides(y_lead, lead)}); !w.done();
       w.next(), at += m * n)
    multiply(a.data() + w.offset(0) * m * k, b.data() + w.offset(1) * k * n, m, k, n, out.data() + at);
  return out;
}

Cost matmul_cost(const Types& in, const Types& out, std::size_t a) {
  Cost cost;
  for (const Types* list : {&in, &out})
    for (const Type& t : *list) cost.bytes += t.bytes().value_or(0);
  const auto elements = out[0].count();
  if (!elements || !in[a].dims->back().known()) return cost;
  const auto macs = checked_mul(*elements, in[a].dims->back().size());
  cost.macs = macs ? static_cast<std::uint64_t>(*macs) : ~0ULL;
  return cost;
}

}  // namespace dlas::op
