// What Conv and its integer forms share: attributes, the type rule of the window, weights in one order.
#pragma once

#include <array>
#include <string_view>

#include "model/op/convolution.h"
#include "model/op/fused_activation.h"
#include "model/op/layout.h"
#include "model/op/window.h"

namespace dlas::op {

// Order of the weights' axes. O output channel, I input channel of the group, M multiplier: output channel c M + m.
// IHWO: TFLite's depthwise weights [1, H, W, C M]; HWCM: those of Keras. The spatial axes stand for any number of them.
enum class Filter { oihw, ohwi, hwio, ihwo, hwcm };
inline constexpr std::array<std::string_view, 5> kFilterNames{"OIHW", "OHWI", "HWIO", "IHWO", "HWCM"};

struct ConvAttributes {
  WindowAttributes window;
  std::int64_t group = 1;
  Layout layout = Layout::channels_first;
  Filter filter = Filter::oihw;
  Activation activation = Activation::none;
  void fields(auto& f) {
    window.fields(f);
    f("group", group);
    f("layout", layout, kLayoutNames);
    f("filter", filter, kFilterNames);
    f("activation", activation, kActivationNames);
  }
};

struct FilterSizes {
  Dim out, in;  // channels; in: of one group
  std::vector<Dim> kernel;
};
FilterSizes filter_sizes(Filter filter, const std::vector<Dim>& w);

// Output sizes of a convolution of input `x` with weights in slot `weight`. Errors: ranks, channels, groups, the window.
Result<std::vector<Dim>> conv_dims(const Site& site, const ConvAttributes& a, const Types& in, std::size_t weight);

// Values in x's and w's own order; y in the order of the layout.
std::vector<double> conv_values(const ConvAttributes& a, const Shape& x_shape, std::vector<double> x,
                                const Shape& w_shape, const std::vector<double>& w, const std::vector<double>& bias);

Cost conv_cost(const ConvAttributes& a, const Types& in, const Types& out, std::size_t weight);

}  // namespace dlas::op
