#include "model/op/quantized/softmax.h"

#include <array>
#include <bit>
#include <cmath>

#include "model/op/quantized/fixed_point.h"
#include "model/op/quantized/softmax_16.h"

namespace dlas::op::quantized {
namespace {

constexpr int kInputBits = 5, kSumBits = 12;

// Differences to the row's largest unit, as Fixed<5>.
class Differences {
 public:
  Differences(float scale, float beta) {
    const double largest = 2147483647.0;
    const double real = static_cast<double>(beta) * static_cast<double>(scale) * (1 << (31 - kInputBits));
    factor_ = multiplier(std::min(real, largest));
    lowest_ = -static_cast<std::int32_t>(std::min(
        std::floor(31.0 * static_cast<double>(1 << (31 - kInputBits)) / std::exp2(factor_.shift)), 2147483647.0));
  }
  bool counts(std::int32_t difference) const { return difference >= lowest_; }
  Fixed<5> operator()(std::int32_t difference) const { return {requantize(difference, factor_, Rounding::gemmlowp)}; }

 private:
  Multiplier factor_;
  std::int32_t lowest_ = 0;
};

template <typename T>
void fixed_row(std::span<const T> x, const Differences& scaled, std::span<T> y) {
  constexpr std::int32_t low = std::numeric_limits<T>::min(), high = std::numeric_limits<T>::max();
  const std::int32_t largest = *std::ranges::max_element(x);
  Fixed<kSumBits> sum{0};
  for (T q : x)
    if (scaled.counts(q - largest)) sum = sum + rescaled<kSumBits>(exp_of_negative(scaled(q - largest)));
  const int headroom = std::countl_zero(static_cast<std::uint32_t>(sum.raw));
  const std::uint32_t rest = (static_cast<std::uint32_t>(sum.raw) << headroom) - (1U << 31);
  const Fixed<0> reciprocal = reciprocal_of_one_plus({static_cast<std::int32_t>(rest)});
  const int exponent = std::clamp(kSumBits - headroom + 31 - 8, 0, 31);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::int32_t difference = x[i] - largest;
    std::int32_t unit = low;
    if (scaled.counts(difference))
      unit += shift_right_ties_away((reciprocal * exp_of_negative(scaled(difference))).raw, exponent);
    y[i] = static_cast<T>(std::clamp(unit, low, high));
  }
}

// Float32 sums in the order of the row; the table index is the distance from the largest unit.
template <typename T>
void table_row(std::span<const T> x, const std::array<float, 256>& exponentials, float scale, std::int32_t zero,
               std::span<T> y) {
  const std::int32_t largest = *std::ranges::max_element(x);
  float sum = 0;
  for (T q : x) sum += exponentials[static_cast<std::size_t>(largest - q)];
  const float inverse = 1.0F / (sum * scale);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const float real = exponentials[static_cast<std::size_t>(largest - x[i])] * inverse;
    const std::int32_t unit = static_cast<std::int32_t>(std::lrint(real)) + zero;
    y[i] = static_cast<T>(std::clamp<std::int32_t>(unit, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
  }
}

template <typename T>
void rows(const Input& x, float beta, Output& y, Kernels kernels) {
  const auto depth = static_cast<std::size_t>(x.tensor->shape().back());
  const auto in = x.tensor->as<T>();
  const auto out = y.tensor->template mutable_as<T>();
  const Differences differences(x.scale(), beta);
  std::array<float, 256> exponentials{};
  const float step = -x.scale() * beta;
  for (std::size_t d = 0; d < 256; ++d) exponentials[d] = std::exp(step * static_cast<float>(d));
  for (std::size_t at = 0; depth != 0 && at < in.size(); at += depth) {
    if (kernels == Kernels::reference) fixed_row<T>(in.subspan(at, depth), differences, out.subspan(at, depth));
    else table_row<T>(in.subspan(at, depth), exponentials, y.scale, y.zero, out.subspan(at, depth));
  }
}

}  // namespace

void softmax(const Input& x, float beta, Output& y, Kernels kernels) {
  switch (x.tensor->dtype()) {
    case DType::i8: return rows<std::int8_t>(x, beta, y, kernels);
    case DType::u8: return rows<std::uint8_t>(x, beta, y, kernels);
    default: return softmax_16(x, beta, y);
  }
}

}  // namespace dlas::op::quantized
