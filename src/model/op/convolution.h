// The sum of products behind Conv, ConvTranspose and their integer forms, in float64.
//
// y[n, o, c] = bias[c] + sum over taps t of output place o, then over input channels i of c's group:
//                        x[n, place(o, t), i] w[t, i, c]
// All buffers are channels last. The order of the sums is fixed: taps ascending, then channels, whatever the layout.
#pragma once

#include <functional>
#include <vector>

#include "model/op/window.h"

namespace dlas::op {

struct Tap {
  std::int64_t tap = 0;    // index into the kernel, row-major
  std::int64_t place = 0;  // index into the input's spatial places, row-major
};

struct Convolution {
  std::int64_t batch = 1, in_places = 1, out_places = 1;
  std::int64_t in_channels = 1, out_channels = 1, groups = 1, taps = 1;
  std::function<void(std::int64_t out_place, std::vector<Tap>& list)> taps_of;  // appends
};

// x: [batch, in_places, in_channels]; w: [taps, in_channels / groups, out_channels]; bias: empty or [out_channels].
std::vector<double> convolve(const Convolution& c, std::vector<double> x, const std::vector<double>& w,
                             const std::vector<double>& bias);

// The taps of a convolution: input place o stride - begin + k dilation.
std::function<void(std::int64_t, std::vector<Tap>&)> forward_taps(const Window& window);
// The taps of a transposed one, where `window.in` and `.out` are the sizes of its own input and output:
// input place i with i stride - begin + k dilation = o.
std::function<void(std::int64_t, std::vector<Tap>&)> transposed_taps(const Window& window);

}  // namespace dlas::op
