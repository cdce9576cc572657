// The logistic function and tanh of int16 data from 256 points 1/24 apart, interpolated:  tanh(x) = 2 logistic(2x) - 1.
//
// The points are 65536 logistic(i / 24) rounded, except that LiteRT's table is one unit higher where the mask says so (it
// was made for the straight lines between the points).
#include <array>
#include <cmath>
#include <cstdlib>

#include "model/op/quantized/elementwise.h"

namespace dlas::op::quantized {
namespace {

constexpr std::array<std::uint64_t, 4> kOneHigher = {0xc0467baefa7bd110, 0x0011009020440005, 0x80, 0x8000000000000000};

const std::array<std::uint32_t, 256>& points() {
  static const auto table = [] {
    std::array<std::uint32_t, 256> out{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      const double exact = 65536 / (1 + std::exp(-static_cast<double>(i) / 24));
      out[i] = static_cast<std::uint32_t>(std::lround(exact)) +
               static_cast<std::uint32_t>(kOneHigher[i / 64] >> (i % 64) & 1);
    }
    return out;
  }();
  return table;
}

// The value at |x| with `bits` bits between two points, in units of 2^-16 >> bits; `saturated` from the last point on.
std::uint32_t interpolated(std::uint32_t magnitude, int bits, std::uint32_t saturated) {
  const std::uint32_t index = magnitude >> bits;
  if (index >= 255) return saturated;
  const std::uint32_t rest = magnitude & ((1U << bits) - 1);
  return (points()[index] << bits) + rest * (points()[index + 1] - points()[index]);
}

struct Scaling {
  std::int32_t factor = 0;  // 0: the input scale is a power of two
  int shift = 0;
};

// To units of 1 / (3 x 4096): a power of two is a shift, anything else a truncated 15-bit factor.
Scaling scaling_of(float scale, int largest_shift) {
  int exponent = 0;
  const bool power = std::frexp(scale, &exponent) == 0.5F;
  const int shift = 12 + exponent - 1;
  if (power && shift >= 0 && shift <= largest_shift) return {0, shift};
  double real = static_cast<double>(scale) * 4096.0 * 3.0;
  Scaling out;
  while (real <= 32767.0 / 2.0 && out.shift <= 30) {
    ++out.shift;
    real *= 2;
  }
  out.factor = static_cast<std::int32_t>(std::min(real, 2147483647.0));
  return out;
}

std::int32_t scaled(std::int16_t q, const Scaling& s) {
  const std::int64_t half = s.shift > 0 ? std::int64_t{1} << (s.shift - 1) : 0;
  const std::int64_t v = (static_cast<std::int64_t>(q) * s.factor + half) >> s.shift;
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(v, -2147483647, 2147483647));
}

}  // namespace

void logistic_16(const Input& x, Output& y) {
  Scaling s = scaling_of(x.scale(), 0);
  if (s.factor == 0) s = {.factor = 3 << s.shift, .shift = 0};
  std::ranges::transform(
      x.tensor->as<std::int16_t>(), y.tensor->mutable_as<std::int16_t>().begin(), [&](std::int16_t q) {
        const std::int32_t v = scaled(q, s);
        const std::uint32_t above = interpolated(static_cast<std::uint32_t>(std::abs(v)), 9, 0x7FFFU << 10);
        const std::uint32_t whole = v >= 0 ? above + (1U << 9) : (1U << 25) - above + (1U << 9) - 1;
        return static_cast<std::int16_t>(whole >> 10);
      });
}

void tanh_16(const Input& x, Output& y) {
  Scaling s = scaling_of(x.scale(), 1);
  if (s.factor == 0) s = {.factor = 3 << s.shift, .shift = 0};
  std::ranges::transform(
      x.tensor->as<std::int16_t>(), y.tensor->mutable_as<std::int16_t>().begin(), [&](std::int16_t q) {
        const std::int32_t v = scaled(q, s);
        const auto above =
            static_cast<std::int32_t>(interpolated(static_cast<std::uint32_t>(std::abs(v)), 8, 0xFFFFU << 8));
        const std::int32_t doubled = v >= 0 ? above - (1 << 23) + (1 << 7) : -above + (1 << 23) + (1 << 7) - 1;
        return static_cast<std::int16_t>(doubled >> 8);
      });
}

}  // namespace dlas::op::quantized
