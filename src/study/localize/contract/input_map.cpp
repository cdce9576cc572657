#include "study/localize/contract/input_map.h"

#include <algorithm>
#include <cmath>

#include "study/compare/align.h"

namespace dlas::study::localize {
namespace {

using Row = std::vector<double>;

struct Planes {
  std::int64_t outer = 1, channels = 1, inner = 1;
};
Planes planes_of(const Shape& shape, std::size_t axis) {
  Planes out;
  for (std::size_t i = 0; i < shape.size(); ++i)
    (i < axis ? out.outer : i > axis ? out.inner : out.channels) *= shape[i];
  return out;
}

// Calls f(target element, source element) for one channel of each.
template <typename F>
void for_channel(const Planes& p, std::int64_t to, std::int64_t from, F f) {
  for (std::int64_t o = 0; o < p.outer; ++o)
    for (std::int64_t i = 0; i < p.inner; ++i)
      f(static_cast<std::size_t>((o * p.channels + to) * p.inner + i),
        static_cast<std::size_t>((o * p.channels + from) * p.inner + i));
}

Tensor one_channel(const Tensor& x, std::size_t axis, std::int64_t to, std::int64_t from) {
  Tensor out = Tensor::make(DType::f32, Shape(x.shape()));
  auto y = out.mutable_as<float>();
  for_channel(planes_of(x.shape(), axis), to, from,
              [&, in = x.as<float>()](std::size_t a, std::size_t b) { y[a] = in[b]; });
  return out;
}

Tensor ones(const Tensor& x, std::size_t axis, std::int64_t to) {
  Tensor out = Tensor::make(DType::f32, Shape(x.shape()));
  auto y = out.mutable_as<float>();
  for_channel(planes_of(x.shape(), axis), to, to, [&](std::size_t a, std::size_t) { y[a] = 1; });
  return out;
}

// Gauss with pivots; nothing when a pivot vanishes.
std::optional<Row> solved(std::vector<Row> a, Row b) {
  const std::size_t n = b.size();
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < n; ++i)
      if (std::abs(a[i][k]) > std::abs(a[pivot][k])) pivot = i;
    if (!(std::abs(a[pivot][k]) > 1e-12)) return std::nullopt;
    std::swap(a[k], a[pivot]);
    std::swap(b[k], b[pivot]);
    for (std::size_t i = k + 1; i < n; ++i) {
      const double factor = a[i][k] / a[k][k];
      for (std::size_t j = k; j < n; ++j) a[i][j] -= factor * a[k][j];
      b[i] -= factor * b[k];
    }
  }
  for (std::size_t k = n; k-- > 0;) {
    for (std::size_t j = k + 1; j < n; ++j) b[k] -= a[k][j] * b[j];
    b[k] /= a[k][k];
  }
  return b;
}

// The unknowns that make the sum of `columns` nearest to `wanted`; columns are scaled to length 1 for the solution.
std::optional<Row> least_squares(const std::vector<Row>& columns, const Row& wanted) {
  const std::size_t n = columns.size();
  Row length(n, 0);
  for (std::size_t i = 0; i < n; ++i) {
    for (const double x : columns[i]) length[i] += x * x;
    length[i] = std::sqrt(length[i]);
    if (!(length[i] > 0)) return std::nullopt;
  }
  std::vector<Row> a(n, Row(n, 0));
  Row b(n, 0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j)
      for (std::size_t k = 0; k < wanted.size(); ++k) a[i][j] += columns[i][k] * columns[j][k] / length[i] / length[j];
    for (std::size_t k = 0; k < wanted.size(); ++k) b[i] += columns[i][k] * wanted[k] / length[i];
  }
  auto x = solved(std::move(a), std::move(b));
  for (std::size_t i = 0; x && i < n; ++i) (*x)[i] /= length[i];
  return x;
}

class Recovery {
 public:
  Recovery(const Region& region, Tensor x, std::size_t axis) : region_(region), x_(std::move(x)), axis_(axis) {}

  Result<InputMap> map(const Tensor& wanted) {
    const std::int64_t channels = x_.dim(axis_);
    DLAS_ASSIGN(const Row zero, response(Tensor::make(DType::f32, Shape(x_.shape()))));
    std::vector<Row> columns;
    for (std::int64_t t = 0; t < channels; ++t)
      for (std::int64_t c = 0; c < channels; ++c) DLAS_TRY(add(one_channel(x_, axis_, t, c), zero, columns));
    for (std::int64_t t = 0; t < channels; ++t) DLAS_TRY(add(ones(x_, axis_, t), zero, columns));
    Row rest;
    for (std::int64_t i = 0; i < wanted.count(); ++i)
      rest.push_back(wanted.number(i) - zero[static_cast<std::size_t>(i)]);
    const auto theta = least_squares(columns, rest);
    if (!theta) return make_error(Code::mismatch, "a first layer that tells its channels apart", "one that does not");
    InputMap out;
    const auto n = static_cast<std::size_t>(channels);
    for (std::size_t t = 0; t < n; ++t)
      out.matrix.emplace_back(theta->begin() + static_cast<std::ptrdiff_t>(t * n),
                              theta->begin() + static_cast<std::ptrdiff_t>((t + 1) * n));
    out.offset.assign(theta->begin() + static_cast<std::ptrdiff_t>(n * n), theta->end());
    return out;
  }

 private:
  Result<Row> response(const Tensor& input) const {
    DLAS_ASSIGN(const Tensor y, run(region_, {input}));
    Row out;
    for (const float v : y.as<float>()) out.push_back(static_cast<double>(v));
    return out;
  }
  Status add(const Tensor& input, const Row& zero, std::vector<Row>& columns) const {
    DLAS_ASSIGN(Row y, response(input));
    for (std::size_t i = 0; i < y.size(); ++i) y[i] -= zero[i];
    columns.push_back(std::move(y));
    return {};
  }

  const Region& region_;
  Tensor x_;
  std::size_t axis_;
};

// Small entries are what least squares leaves of zero.
void clean(InputMap& map) {
  double most = 0;
  for (const Row& row : map.matrix)
    for (const double x : row) most = std::max(most, std::abs(x));
  for (Row& row : map.matrix)
    for (double& x : row)
      if (std::abs(x) < 0.01 * most) x = 0;
}

}  // namespace

bool InputMap::identity() const {
  for (std::size_t t = 0; t < channels(); ++t) {
    if (std::abs(offset[t]) > 1e-3) return false;
    for (std::size_t c = 0; c < channels(); ++c)
      if (std::abs(matrix[t][c] - (t == c ? 1 : 0)) > 1e-3) return false;
  }
  return true;
}

std::optional<std::size_t> channel_axis(const Shape& shape) {
  if (shape.size() != 4) return std::nullopt;
  if (shape[1] <= 4 && shape[3] > 4) return 1;
  if (shape[3] <= 4) return 3;
  return std::nullopt;
}

Tensor mapped(const InputMap& map, const Tensor& input) {
  const auto axis = channel_axis(input.shape());
  if (!axis || input.dim(*axis) != static_cast<std::int64_t>(map.channels()) || input.dtype() != DType::f32)
    return input;
  const Planes planes = planes_of(input.shape(), *axis);
  Tensor out = Tensor::make(DType::f32, Shape(input.shape()));
  auto y = out.mutable_as<float>();
  const auto x = input.as<float>();
  std::vector<double> sums(x.size(), 0);
  for (std::size_t t = 0; t < map.channels(); ++t)
    for (std::size_t c = 0; c < map.channels(); ++c)
      for_channel(planes, static_cast<std::int64_t>(t), static_cast<std::int64_t>(c),
                  [&](std::size_t a, std::size_t b) {
                    sums[a] += map.matrix[t][c] * static_cast<double>(x[b]) + (c == 0 ? map.offset[t] : 0);
                  });
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = static_cast<float>(sums[i]);
  return out;
}

std::optional<InputMap> recover_input(const Models& models, const Probe& probe, const std::vector<Aligned>& pairs,
                                      const Aligned& first, double error) {
  const Region* region = probe.region(first);
  if (!region || region->reads.size() != 1) return std::nullopt;
  const auto input = std::ranges::find(pairs, region->reads[0], &Aligned::b);
  if (input == pairs.end()) return std::nullopt;
  const Tensor& of_a = probe.of_source().at(input->a);
  const Tensor x = as_target(of_a, input->order, models.b.graph.value(input->b).type);
  const auto axis = channel_axis(x.shape());
  if (!axis || !channel_axis(of_a.shape()) || x.dtype() != DType::f32) return std::nullopt;
  const Tensor& source = probe.of_source().at(first.a);
  const auto sizes = run(*region, {x});
  if (!sizes.ok() || sizes->count() != source.count()) return std::nullopt;
  Type there(DType::f32, {});
  there.dims.emplace(sizes->shape().begin(), sizes->shape().end());
  const Tensor wanted = as_target(source, first.order, there);
  auto map = Recovery(*region, x, *axis).map(wanted);
  if (!map.ok()) return std::nullopt;
  clean(*map);
  const auto again = run(*region, {mapped(*map, x)});
  if (!again.ok()) return std::nullopt;
  map->error = deviation(wanted, *again).relative;
  return map->error < error / 10 ? std::optional(*std::move(map)) : std::nullopt;
}

}  // namespace dlas::study::localize
