#include "model/op/quantized/softmax_16.h"

#include <array>
#include <bit>
#include <cmath>

namespace dlas::op::quantized {
namespace {

// 512 steps over the int16 range of x. Each point is moved by half the error that the line makes in the middle of its step.
class Lines {
 public:
  template <typename F>
  Lines(double low, double high, F&& function) {
    constexpr double kUnits = 32768;  // outputs are in units of 2^-15
    const double step = (high - low) / 512;
    for (int i = 0; i < 512; ++i) {
      const double here = function(low + i * step) * kUnits;
      const double middle = std::round(function(low + i * step + step / 2) * kUnits);
      const double next = function(low + (i + 1) * step) * kUnits;
      const double line = std::round((next + std::round(here)) / 2);
      points_[static_cast<std::size_t>(i)] = limited(std::round(here) - std::round((line - middle) / 2));
    }
    points_[512] = limited(std::round(function(high) * kUnits));
  }
  std::int32_t at(std::int32_t v) const {
    const auto index = static_cast<std::size_t>(256 + (v >> 7));
    const std::int32_t slope = points_[index + 1] - points_[index];
    return points_[index] + ((slope * (v & 0x7F) + 64) >> 7);
  }

 private:
  static std::int32_t limited(double v) { return static_cast<std::int32_t>(std::clamp(v, -32768.0, 32767.0)); }
  std::array<std::int32_t, 513> points_{};
};

const Lines& exponentials() {
  static const Lines lines(-10.0, 0.0, [](double v) { return std::exp(v); });
  return lines;
}

const Lines& reciprocals() {  // of 1 + x
  static const Lines lines(0.0, 1.0, [](double v) { return 1.0 / (1.0 + v); });
  return lines;
}

void row(std::span<const std::int16_t> x, const Multiplier& factor, std::span<std::int16_t> y) {
  const std::int32_t largest = *std::ranges::max_element(x);
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::int64_t scaled =
        static_cast<std::int64_t>(requantize(x[i] - largest, factor, Rounding::gemmlowp)) + 32767;
    y[i] = static_cast<std::int16_t>(
        exponentials().at(static_cast<std::int32_t>(std::clamp<std::int64_t>(scaled, -32768, 32767))));
    sum += y[i];
  }
  const int headroom = std::countl_zero(static_cast<std::uint32_t>(sum));
  const std::int64_t shifted = ((static_cast<std::int64_t>(sum) << (headroom - 1)) + (1 << 13)) >> 14;
  const std::int64_t centred = shifted - ((1 << 15) + (1 << 16));
  const std::int64_t reciprocal =
      reciprocals().at(static_cast<std::int32_t>(std::clamp<std::int64_t>(centred, -32768, 32767)));
  const int right = 31 - headroom;
  for (std::int16_t& unit : y) {
    const std::int64_t value = (unit * reciprocal + (std::int64_t{1} << (right - 1))) >> right;
    unit = static_cast<std::int16_t>(std::clamp<std::int64_t>(value, 0, 32767));
  }
}

}  // namespace

void softmax_16(const Input& x, float beta, Output& y) {
  const auto depth = static_cast<std::size_t>(x.tensor->shape().back());
  const auto in = x.tensor->as<std::int16_t>();
  const auto out = y.tensor->mutable_as<std::int16_t>();
  // Differences of -65535 to 0 units stand for -10 to 0.
  const Multiplier factor = multiplier(static_cast<double>(x.scale() * beta) / (10.0 / 65535.0));
  for (std::size_t at = 0; depth != 0 && at < in.size(); at += depth)
    row(in.subspan(at, depth), factor, out.subspan(at, depth));
}

}  // namespace dlas::op::quantized
