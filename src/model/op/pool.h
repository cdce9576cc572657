// What the pools share: attributes, the type rule, and the walk over windows.
#pragma once

#include <functional>
#include <span>

#include "model/op/fused_activation.h"
#include "model/op/layout.h"
#include "model/op/window.h"

namespace dlas::op {

struct PoolAttributes {
  WindowAttributes window;  // kernel_shape is required
  bool ceil_mode = false;
  Layout layout = Layout::channels_first;
  Activation activation = Activation::none;
  void fields(auto& f) {
    window.fields(f);
    f("ceil_mode", ceil_mode);
    f("layout", layout, kLayoutNames);
    f("activation", activation, kActivationNames);
  }
};

Result<std::vector<Dim>> pool_dims(const Site& site, const PoolAttributes& a, const Type& x);

// One window of one channel of one picture.
struct Pooled {
  std::int64_t out = 0;                    // element of the output, in its own order
  std::int64_t plane = 0;                  // picture times channels plus channel
  std::span<const std::int64_t> elements;  // of the input, inside its bounds, in row-major order of the window
  std::span<const std::int64_t> places;    // their row-major indices among the input's places
  std::int64_t padded_size = 0;            // elements of the window inside the padded input
};

// Calls f for every window, in the order of the output.
void for_each_window(const PoolAttributes& a, const Shape& x, const std::function<void(const Pooled&)>& f);

// The type of a pool over all places: spatial sizes 1.
Result<Types> global_pool_types(const Site& site, Layout layout, const Type& x);

// Calls f(output element, first input element, stride, count) for every channel of every picture.
void for_each_plane(Layout layout, const Shape& x,
                    const std::function<void(std::int64_t, std::int64_t, std::int64_t, std::int64_t)>& f);

// One operation an element of each window.
Cost pool_cost(const PoolAttributes& a, const Types& in, const Types& out);

}  // namespace dlas::op
