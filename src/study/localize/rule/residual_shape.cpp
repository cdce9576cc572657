#include "study/localize/rule/residual_shape.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "study/compare/align.h"
#include "study/compare/layout.h"

namespace dlas::study::localize {
namespace {

// A picture as [channel][row][column]; one row of one channel an axis for other ranks.
struct Picture {
  Tensor tensor;  // channels first
  std::int64_t channels = 1, rows = 1, columns = 1;
};

Picture picture_of(const Tensor& tensor) {
  Picture out{tensor, 1, 1, tensor.count()};
  if (tensor.rank() == 4 && tensor.dim(0) == 1) {
    const bool last = tensor.dim(1) == tensor.dim(2) && tensor.dim(3) != tensor.dim(2);
    if (last) out.tensor = reordered(tensor, {0, 3, 1, 2});
    out.channels = out.tensor.dim(1);
    out.rows = out.tensor.dim(2);
    out.columns = out.tensor.dim(3);
  } else if (tensor.rank() >= 2) {
    out.channels = tensor.dim(tensor.rank() - 1);
    out.columns = tensor.count() / std::max<std::int64_t>(out.channels, 1);
    if (out.columns != 1) out = {tensor, 1, 1, tensor.count()};
  }
  return out;
}

struct Line {
  double slope = 1, offset = 0;
};

Line fit(std::span<const float> x, std::span<const float> y) {
  double sx = 0, sy = 0, sxx = 0, sxy = 0;
  const auto n = static_cast<double>(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto a = static_cast<double>(x[i]), b = static_cast<double>(y[i]);
    sx += a, sy += b, sxx += a * a, sxy += a * b;
  }
  const double variance = sxx - sx * sx / n;
  if (!(variance > 1e-12 * sxx)) return {1, (sy - sx) / n};
  const double slope = (sxy - sx * sy / n) / variance;
  return {slope, (sy - slope * sx) / n};
}

void look_for_affine(const Picture& wanted, const Picture& made, ResidualShape& out) {
  const auto x = wanted.tensor.as<float>(), y = made.tensor.as<float>();
  const auto places = static_cast<std::size_t>(wanted.rows * wanted.columns);
  if (places < 4) return;
  double left = 0, size = 0;
  out.least_slope = out.least_offset = 1e30;
  out.most_slope = out.most_offset = -1e30;
  for (std::size_t c = 0; c < static_cast<std::size_t>(wanted.channels); ++c) {
    const auto one = x.subspan(c * places, places), two = y.subspan(c * places, places);
    const Line line = fit(one, two);
    out.least_slope = std::min(out.least_slope, line.slope);
    out.most_slope = std::max(out.most_slope, line.slope);
    out.least_offset = std::min(out.least_offset, line.offset);
    out.most_offset = std::max(out.most_offset, line.offset);
    for (std::size_t i = 0; i < places; ++i) {
      const double d = line.slope * static_cast<double>(one[i]) + line.offset - static_cast<double>(two[i]);
      left += d * d;
      size += static_cast<double>(one[i]) * static_cast<double>(one[i]);
    }
  }
  out.affine_error = size > 0 ? std::sqrt(left / size) : 1;
}

void look_at_border(const Picture& wanted, const Picture& made, ResidualShape& out) {
  if (wanted.rows < 5 || wanted.columns < 5) return;
  const auto x = wanted.tensor.as<float>(), y = made.tensor.as<float>();
  double border = 0, all = 0;
  std::size_t i = 0;
  for (std::int64_t c = 0; c < wanted.channels; ++c)
    for (std::int64_t r = 0; r < wanted.rows; ++r)
      for (std::int64_t k = 0; k < wanted.columns; ++k, ++i) {
        const double d = static_cast<double>(x[i]) - static_cast<double>(y[i]);
        all += d * d;
        if (r == 0 || k == 0 || r + 1 == wanted.rows || k + 1 == wanted.columns) border += d * d;
      }
  out.border = all > 0 ? border / all : 0;
}

void look_for_orders(const Picture& wanted, const Picture& made, ResidualShape& out) {
  if (wanted.rows == wanted.columns && wanted.rows > 1) {
    Tensor turned = reordered(made.tensor, {0, 1, 3, 2});
    out.transposed_error = deviation(wanted.tensor, turned).relative;
    out.transposed = out.transposed_error < 0.01;
  }
  const auto places = static_cast<std::size_t>(wanted.rows * wanted.columns);
  if (places < 4 || wanted.channels > 2048 || wanted.channels < 2) return;
  const auto x = wanted.tensor.as<float>(), y = made.tensor.as<float>();
  std::vector<char> taken(static_cast<std::size_t>(wanted.channels), 0);
  for (std::size_t c = 0; c < taken.size(); ++c) {
    bool found = false;
    for (std::size_t d = 0; d < taken.size() && !found; ++d) {
      if (taken[d]) continue;
      double off = 0, size = 0;
      for (std::size_t i = 0; i < places && off <= 1e-4 * size + 1e-12; ++i) {
        const auto a = static_cast<double>(y[c * places + i]), b = static_cast<double>(x[d * places + i]);
        off += (a - b) * (a - b);
        size += b * b;
      }
      if (off > 1e-4 * size + 1e-12) continue;
      taken[d] = 1;
      found = true;
    }
    if (!found) return;
  }
  out.channels_permuted = true;
}

void look_for_thresholds(const Tensor& wanted, const Tensor& made, ResidualShape& out) {
  const auto x = wanted.as<float>(), y = made.as<float>();
  double least_off = 1e30, most_off = -1e30, least = 1e30, most = -1e30;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto a = static_cast<double>(x[i]), b = static_cast<double>(y[i]);
    least = std::min(least, a);
    most = std::max(most, a);
    if (std::abs(a - b) <= 1e-5 * (1 + std::abs(a))) continue;
    least_off = std::min(least_off, a);
    most_off = std::max(most_off, a);
  }
  const double range = most - least;
  if (most_off < least_off || !(range > 0)) return;
  if (least_off > least + 0.3 * range) out.above = least_off;
  if (most_off < most - 0.3 * range) out.below = most_off;
}

}  // namespace

ResidualShape residual_shape(const Tensor& wanted, const Tensor& made) {
  ResidualShape out;
  out.error = deviation(wanted, made).relative;
  for (std::int64_t i = 0; i < made.count(); ++i)
    out.not_finite += !std::isfinite(made.number(i)) && std::isfinite(wanted.number(i));
  if (out.not_finite > 0) return out;
  const Picture a = picture_of(wanted), b = picture_of(made);
  look_for_affine(a, b, out);
  look_at_border(a, b, out);
  look_for_orders(a, b, out);
  look_for_thresholds(wanted, made, out);
  return out;
}

}  // namespace dlas::study::localize
