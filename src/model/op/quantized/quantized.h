// Operators on quantised tensors, bit for bit as LiteRT computes them.                                     LiteRT 2.3
//
// A quantised tensor holds integers q that stand for scale * (q - zero). One file here is one operator: its parameters as
// a struct, its kernel as plain loops. All sums are exact integers; what differs between runtimes is how a sum becomes an
// output unit, and that is the `Kernels` trait. docs/quantised-arithmetic.md has the measurements.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "base/tensor.h"
#include "model/op/quantized/rounding.h"

namespace dlas::op::quantized {

// Whose arithmetic. The three are resolvers of one LiteRT build, and give different bytes for the same file.
enum class Kernels : std::uint8_t {
  reference,  // BUILTIN_REF
  builtin,    // BUILTIN_WITHOUT_DEFAULT_DELEGATES: ruy and the optimised kernels
  xnnpack,    // BUILTIN: the XNNPACK delegate, and `builtin` for what it does not take
};
inline constexpr int kKernels = 3;

std::string_view text(Kernels kernels);  // "reference", "builtin", "xnnpack"
std::optional<Kernels> parse_kernels(std::string_view name);

// What a quantised input is read with. `scales` has one entry, or one per channel of a weight.
struct Input {
  const Tensor* tensor = nullptr;
  std::span<const float> scales;
  std::int32_t zero = 0;

  float scale(std::int64_t channel = 0) const {
    return scales[scales.size() == 1 ? 0 : static_cast<std::size_t>(channel)];
  }
};

// The fused activation: none, or a clamp of real values.
enum class Activation : std::uint8_t { none, relu, relu_n1_to_1, relu6 };

struct Range {
  std::int32_t low = 0;
  std::int32_t high = 0;
};

// An output that the caller has allocated.
struct Output {
  Tensor* tensor = nullptr;
  float scale = 1;
  std::int32_t zero = 0;
  Activation activation = Activation::none;

  // The units that the activation and the type allow.
  Range range() const;
};

Range range_of(DType dtype);  // of i8, u8, i16

// Calls f.operator()<T>() with int8_t, uint8_t or int16_t.
template <typename F>
decltype(auto) for_quantized(DType dtype, F&& f) {
  switch (dtype) {
    case DType::i8: return f.template operator()<std::int8_t>();
    case DType::u8: return f.template operator()<std::uint8_t>();
    case DType::i16: return f.template operator()<std::int16_t>();
    default: panic("for_quantized on a type that is not int8, uint8 or int16", __FILE__, __LINE__);
  }
}

// Zero taken off, range applied. Saturates where 32 bits would wrap.
inline std::int32_t to_unit(std::int32_t scaled, std::int32_t zero, Range range) {
  const std::int64_t unit = static_cast<std::int64_t>(scaled) + zero;
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(unit, range.low, range.high));
}

// XNNPACK's rescaling between two tensors of one 8-bit type: a factor with 8 fractional bits, ties up.
std::int32_t by_eight_bits(std::int32_t centred, float factor);

}  // namespace dlas::op::quantized
