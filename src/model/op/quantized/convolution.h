// Convolutions of quantised tensors: sums of (x - zero_x)(w - zero_w) plus bias, then one factor per output channel.
//
// Layout: x NHWC, y NHWC. Weights as TFLite stores them: [out, height, width, in / groups] for conv and transposed conv,
// [1, height, width, out] for depthwise, [out, in] for fully connected. Bias: int32 (int64 for int16 activations), in units
// of scale_x scale_w. The sums of 8-bit data are taken modulo 2^32, as LiteRT does.
#pragma once

#include "model/op/quantized/quantized.h"

namespace dlas::op::quantized {

struct Window {
  std::int64_t stride_h = 1, stride_w = 1;
  std::int64_t dilation_h = 1, dilation_w = 1;
  std::int64_t pad_top = 0, pad_left = 0;
};

void convolution(const Input& x, const Input& w, const Tensor* bias, const Window& window, Output& y, Kernels kernels);
void depthwise_convolution(const Input& x, const Input& w, const Tensor* bias, const Window& window, Output& y,
                           Kernels kernels);
void transposed_convolution(const Input& x, const Input& w, const Tensor* bias, const Window& window, Output& y,
                            Kernels kernels);
void fully_connected(const Input& x, const Input& w, const Tensor* bias, Output& y, Kernels kernels);

// The factor of each output channel and the rule that applies it, for one of the operators above.
enum class Kind { convolution, depthwise, dilated_depthwise, transposed, fully_connected };
class Requantizer {
 public:
  Requantizer(Kind kind, const Input& x, const Input& w, const Output& y, std::int64_t channels, Kernels kernels);
  std::int32_t operator()(std::int32_t sum, std::int64_t channel) const {
    return to_unit(requantize(sum, factors_[static_cast<std::size_t>(channel)], rounding_), zero_, range_);
  }
  std::int32_t operator()(std::int64_t sum, std::int64_t channel) const {
    return to_unit(requantize_wide(sum, factors_[static_cast<std::size_t>(channel)], rounding_), zero_, range_);
  }

 private:
  std::vector<Multiplier> factors_;
  Rounding rounding_;
  std::int32_t zero_;
  Range range_;
};

}  // namespace dlas::op::quantized
