#include "model/op/pool.h"

#include <algorithm>

#include "model/op/convolution.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

// Elements of the window at `out_place` that lie inside the input with its padding.
std::int64_t padded_size(const Window& window, std::int64_t out_place) {
  std::int64_t size = 1;
  for (std::size_t a = window.size(); a-- > 0; out_place /= window[a].out) {
    const WindowAxis& w = window[a];
    const std::int64_t start = out_place % w.out * w.stride;
    const std::int64_t room = w.in + w.begin + w.end - start;  // ceil_mode lets windows reach beyond
    size *= std::min(w.kernel, (room + w.dilation - 1) / w.dilation);
  }
  return size;
}

}  // namespace

Result<std::vector<Dim>> pool_dims(const Site& site, const PoolAttributes& a, const Type& x) {
  if (x.rank() < 3) return site.wrong_input(0, "at least 3 axes: batch, channels, places", x);
  if (a.window.kernel_shape.size() != x.rank() - 2)
    return site.wrong_attribute("kernel_shape", std::to_string(x.rank() - 2) + " numbers",
                                std::to_string(a.window.kernel_shape.size()));
  DLAS_TRY(check_window(site, a.window, x.rank() - 2));  // before the numbers become sizes
  const std::vector<Dim> kernel(a.window.kernel_shape.begin(), a.window.kernel_shape.end());
  DLAS_ASSIGN(const std::vector<Dim> places,
              window_outputs(site, a.window, spatial(a.layout, *x.dims), kernel, a.ceil_mode));
  return arranged(a.layout, x.dim(0), x.dim(channel_axis(a.layout, x.rank())), places);
}

void for_each_window(const PoolAttributes& a, const Shape& x, const std::function<void(const Pooled&)>& f) {
  const bool first = a.layout == Layout::channels_first;
  const Shape in = spatial(a.layout, x);
  const Window window = window_of(a.window, in, a.window.kernel_shape, a.ceil_mode);
  const auto taps_of = forward_taps(window);
  const std::int64_t batch = x[0], channels = x[channel_axis(a.layout, x.size())];
  if (batch == 0 || channels == 0) return;  // no limit holds for the places of nothing
  const std::int64_t in_places = count(in), out_places = count(outputs(window));
  std::vector<Tap> taps;
  std::vector<std::int64_t> elements, places;
  for (std::int64_t o = 0; o < out_places; ++o) {
    taps.clear();
    taps_of(o, taps);
    places.clear();
    for (const Tap& t : taps) places.push_back(t.place);
    elements.resize(places.size());
    const std::int64_t size = padded_size(window, o);
    for (std::int64_t n = 0; n < batch; ++n)
      for (std::int64_t c = 0; c < channels; ++c) {
        for (std::size_t i = 0; i < places.size(); ++i)
          elements[i] = first ? (n * channels + c) * in_places + places[i] : (n * in_places + places[i]) * channels + c;
        const std::int64_t out = first ? (n * channels + c) * out_places + o : (n * out_places + o) * channels + c;
        f({out, n * channels + c, elements, places, size});
      }
  }
}

Result<Types> global_pool_types(const Site& site, Layout layout, const Type& x) {
  if (!is_real(x)) return site.wrong_input(0, "floats", x);
  if (x.rank() < 2) return site.wrong_input(0, "at least 2 axes: batch, channels, places", x);
  const std::vector<Dim> ones(x.rank() - 2, Dim(1));
  return Types{Type(x.dtype, arranged(layout, x.dim(0), x.dim(channel_axis(layout, x.rank())), ones))};
}

void for_each_plane(Layout layout, const Shape& x,
                    const std::function<void(std::int64_t, std::int64_t, std::int64_t, std::int64_t)>& f) {
  const std::int64_t channels = x[channel_axis(layout, x.size())], places = count(spatial(layout, x));
  for (std::int64_t n = 0; n < x[0]; ++n)
    for (std::int64_t c = 0; c < channels; ++c) {
      const bool first = layout == Layout::channels_first;
      f(n * channels + c, first ? (n * channels + c) * places : n * places * channels + c, first ? 1 : channels,
        places);
    }
}

Cost pool_cost(const PoolAttributes& a, const Types& in, const Types& out) {
  Cost cost;
  for (const Types* list : {&in, &out})
    for (const Type& t : *list) cost.bytes += t.bytes().value_or(0);
  cost.operations = static_cast<std::uint64_t>(out[0].count().value_or(0));
  for (std::int64_t k : a.window.kernel_shape)
    if (__builtin_mul_overflow(cost.operations, static_cast<std::uint64_t>(k), &cost.operations))
      cost.operations = ~0ULL;
  return cost;
}

}  // namespace dlas::op
