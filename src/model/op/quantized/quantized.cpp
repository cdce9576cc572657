#include "model/op/quantized/quantized.h"

#include <array>
#include <cmath>

namespace dlas::op::quantized {
namespace {

constexpr std::array<std::string_view, kKernels> kNames = {"reference", "builtin", "xnnpack"};

// TFLite divides in float32 and rounds half away from zero.
std::int64_t units(float real, float scale, std::int32_t zero) {
  const float scaled = std::round(real / scale);
  const double limited = std::clamp(static_cast<double>(scaled), -0x1p31, 0x1p31);
  return zero + static_cast<std::int64_t>(limited);
}

}  // namespace

std::string_view text(Kernels kernels) { return kNames[static_cast<std::size_t>(kernels)]; }

std::optional<Kernels> parse_kernels(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Kernels>(found - kNames.begin());
}

Range range_of(DType dtype) {
  return for_quantized(
      dtype, []<typename T>() { return Range{std::numeric_limits<T>::min(), std::numeric_limits<T>::max()}; });
}

Range Output::range() const {
  const Range type = range_of(tensor->dtype());
  const auto low = [&](float real) {
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(units(real, scale, zero), type.low, type.high));
  };
  switch (activation) {
    case Activation::none: return type;
    case Activation::relu: return {low(0), type.high};
    case Activation::relu_n1_to_1: return {low(-1), low(1)};
    case Activation::relu6: return {low(0), low(6)};
  }
  return type;
}

std::int32_t by_eight_bits(std::int32_t centred, float factor) {
  const auto fixed = static_cast<std::int64_t>(std::lrint(std::min(256 * factor, 0x1p30F)));  // a file may say anything
  return static_cast<std::int32_t>((centred * fixed + 128) >> 8);
}

}  // namespace dlas::op::quantized
