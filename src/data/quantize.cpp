#include "data/quantize.h"

#include <cmath>
#include <limits>
#include <string>

namespace dlas::data {
namespace {

bool small_int(DType d) { return d == DType::i8 || d == DType::u8 || d == DType::i16 || d == DType::u16; }

Error wrong_type(std::string_view expected, DType found) { return make_error(Code::type, expected, text(found)); }

Status check_types(const Tensor& real, DType dtype) {
  if (real.dtype() != DType::f32) return wrong_type("a float32 tensor from the recipe", real.dtype());
  if (!small_int(dtype)) return wrong_type("an input of int8, uint8, int16 or uint16", dtype);
  return {};
}

// False when a number is NaN.
template <typename T>
bool fill_as(std::span<const float> from, std::span<T> to, float scale, std::int64_t zero_point) {
  constexpr double kLow = std::numeric_limits<T>::lowest(), kHigh = std::numeric_limits<T>::max();
  for (std::size_t i = 0; i < from.size(); ++i) {
    const float scaled = from[i] / scale;
    if (std::isnan(scaled)) return false;
    const double value = std::round(static_cast<double>(scaled)) + static_cast<double>(zero_point);
    to[i] = static_cast<T>(std::min(std::max(value, kLow), kHigh));
  }
  return true;
}

bool fill(const Tensor& real, Tensor& out, float scale, std::int64_t zero_point) {
  const auto from = real.as<float>();
  switch (out.dtype()) {
    case DType::i8: return fill_as(from, out.mutable_as<std::int8_t>(), scale, zero_point);
    case DType::u8: return fill_as(from, out.mutable_as<std::uint8_t>(), scale, zero_point);
    case DType::i16: return fill_as(from, out.mutable_as<std::int16_t>(), scale, zero_point);
    default: return fill_as(from, out.mutable_as<std::uint16_t>(), scale, zero_point);
  }
}

}  // namespace

Result<Tensor> quantize_input(const Tensor& real, const Quantization& quantization, DType dtype) {
  DLAS_TRY(check_types(real, dtype));
  const auto scale = static_cast<float>(quantization.scale);
  if (!(scale > 0) || !std::isfinite(scale))
    return make_error(Code::mismatch, "a positive, finite input scale", std::to_string(quantization.scale));
  if (std::abs(static_cast<double>(quantization.zero_point)) > 1 << 16)
    return make_error(Code::mismatch, "an input zero point inside its type", std::to_string(quantization.zero_point));
  DLAS_ASSIGN(Tensor out, Tensor::zeros(dtype, real.shape()));
  const bool filled = fill(real, out, scale, quantization.zero_point);
  if (!filled) return make_error(Code::mismatch, "numbers to quantise", "NaN");
  return out;
}

Result<Tensor> raw_input(const Tensor& real, DType dtype) {
  DLAS_TRY(check_types(real, dtype));
  for (const float x : real.as<float>())
    if (!(x >= 0 && x <= 255 && x == std::floor(x)))
      return make_error(Code::mismatch, "whole numbers from 0 to 255 for raw", std::to_string(x));
  DLAS_ASSIGN(Tensor out, Tensor::zeros(dtype, real.shape()));
  check(fill(real, out, 1, dtype == DType::i8 ? -128 : 0), "no NaN among whole numbers");
  return out;
}

Result<Tensor> model_input(const Recipe& recipe, const Tensor& real, DType dtype,
                           const std::optional<Quantization>& quantization) {
  if (is_float(dtype)) {
    if (recipe.raw) return make_error(Code::mismatch, "an integer input for a recipe with raw", text(dtype));
    if (dtype == real.dtype()) return real;
    DLAS_ASSIGN(Tensor out, Tensor::zeros(dtype, real.shape()));
    for_real(dtype, [&]<typename T>() {
      const auto to = out.mutable_as<T>();
      for (std::size_t i = 0; i < to.size(); ++i) to[i] = T(real.as<float>()[i]);
    });
    return out;
  }
  if (recipe.raw) return raw_input(real, dtype);
  if (quantization) return quantize_input(real, *quantization, dtype);
  return make_error(Code::mismatch, "quantisation of the input, or raw in the recipe",
                    std::string(text(dtype)) + " without")
      .try_this("add raw at the end of the recipe when the model takes the pixels themselves");
}

}  // namespace dlas::data
