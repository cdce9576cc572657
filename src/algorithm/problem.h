// What one kernel computes: an operator at fixed sizes with what is fused behind it. Values: they print, compare and hash, and the
// kernel class of a problem (its text without sizes) is what schedules are transferred by.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "algorithm/view.h"
#include "base/dtype.h"
#include "base/hash.h"

namespace dlas::algorithm {

enum class Function { none, sigmoid, silu, hard_swish, hard_sigmoid, tanh, gelu, mish, leaky_relu };
std::string_view text(Function function);

// Behind the sum, in this order: + bias, + residual (when before), function, clamp to [low, high], + residual (when after), relu
// of that (when `relu_after`).
struct Epilogue {
  bool bias = false;
  enum class Residual { none, before, after } residual = Residual::none;
  Function function = Function::none;
  float alpha = 0;  // of leaky_relu
  float low = -std::numeric_limits<float>::infinity(), high = std::numeric_limits<float>::infinity();
  bool relu_after = false;
  bool clamps() const {
    return low != -std::numeric_limits<float>::infinity() || high != std::numeric_limits<float>::infinity();
  }
  bool operator==(const Epilogue&) const = default;
};
std::string text(const Epilogue& epilogue);  // " bias add relu", with a space before each word

// A convolution over N, H, W, C; depthwise when groups == in_channels. A dense layer is one with h = w = kernel = 1.
struct ConvProblem {
  DType dtype = DType::f32;
  std::int64_t n = 1, h = 1, w = 1;  // of the input
  std::int64_t in_channels = 1, out_channels = 1, groups = 1;
  std::int64_t kernel_h = 1, kernel_w = 1, stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1;
  Border pads = {};
  Epilogue epilogue = {};

  bool depthwise() const { return groups > 1 && groups == in_channels; }
  bool pointwise() const {
    return kernel_h == 1 && kernel_w == 1 && stride_h == 1 && stride_w == 1 && pads == Border{};
  }
  bool dense() const { return pointwise() && h == 1 && w == 1; }
  std::int64_t out_h() const { return (h + pads.top + pads.bottom - dilation_h * (kernel_h - 1) - 1) / stride_h + 1; }
  std::int64_t out_w() const { return (w + pads.left + pads.right - dilation_w * (kernel_w - 1) - 1) / stride_w + 1; }
  std::int64_t multiply_adds() const {
    return n * out_h() * out_w() * out_channels * (in_channels / groups) * kernel_h * kernel_w;
  }
  bool operator==(const ConvProblem&) const = default;
};

// "conv f32 1x56x56x64 -> 64 k3x3 s1x1 d1x1 p1,1,1,1 g1 bias relu"
std::string text(const ConvProblem& problem);
// Without sizes: "conv 3x3 s1 bias relu".
std::string kernel_class(const ConvProblem& problem);

}  // namespace dlas::algorithm
