// A window that slides over the spatial axes: kernel, strides, dilations, padding and the output sizes they give.
// One rule for convolutions and pools, for fixed and for unknown sizes.      ONNX Conv 22, MaxPool 22, AveragePool 22
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "model/op/op.h"

namespace dlas::op {

enum class AutoPad { notset, same_upper, same_lower, valid };
inline constexpr std::array<std::string_view, 4> kAutoPadNames{"NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"};

struct WindowAttributes {
  AutoPad auto_pad = AutoPad::notset;
  std::vector<std::int64_t> kernel_shape, strides, dilations, pads;  // empty: as the weights say, 1, 1, 0
  void fields(auto& f) {
    f("auto_pad", auto_pad, kAutoPadNames);
    f("kernel_shape", kernel_shape);
    f("strides", strides);
    f("dilations", dilations);
    f("pads", pads);
  }
};

// One axis, resolved.
struct WindowAxis {
  std::int64_t in = 0, out = 0, kernel = 1, stride = 1, dilation = 1, begin = 0, end = 0;
};
using Window = std::vector<WindowAxis>;

// Checks the attributes against the number of spatial axes. Errors: a wrong length, or a number out of range.
Status check_window(const Site& site, const WindowAttributes& attributes, std::size_t axes);

// Output sizes; unknown where the input or the kernel is. Errors: of check_window; a window larger than the padded input.
Result<std::vector<Dim>> window_outputs(const Site& site, const WindowAttributes& attributes,
                                        const std::vector<Dim>& in, const std::vector<Dim>& kernel, bool ceil_mode);

// REQUIRES: window_outputs gave no error for the same numbers.
Window window_of(const WindowAttributes& attributes, const Shape& in, const Shape& kernel, bool ceil_mode);

Shape outputs(const Window& window);

}  // namespace dlas::op
