#include "base/checked.h"
#include "model/op/conv.h"

namespace dlas::op {
namespace {

template <typename T>
struct Parts {
  T out, in;
  std::vector<T> kernel;
};

// Sizes by role; `multiply` forms the output channels of HWCM.
template <typename T, typename F>
Parts<T> parts(Filter filter, const std::vector<T>& w, const F& multiply) {
  const std::size_t r = w.size();
  const auto cut = [&](std::size_t from) {
    return std::vector<T>(w.begin() + static_cast<std::ptrdiff_t>(from),
                          w.begin() + static_cast<std::ptrdiff_t>(from + r - 2));
  };
  switch (filter) {
    case Filter::oihw: return {w[0], w[1], cut(2)};
    case Filter::ohwi: return {w[0], w[r - 1], cut(1)};
    case Filter::hwio: return {w[r - 1], w[r - 2], cut(0)};
    case Filter::ihwo: return {w[r - 1], w[0], cut(1)};
    case Filter::hwcm: return {multiply(w[r - 2], w[r - 1]), T(1), cut(0)};
  }
  return {};
}

// The weights as [tap, input channel of the group, output channel].
std::vector<double> in_one_order(Filter filter, const Parts<std::int64_t>& p, std::int64_t taps,
                                 const std::vector<double>& w) {
  if (filter == Filter::hwio || filter == Filter::hwcm) return w;
  std::int64_t by_out = 1, by_in = 1, by_tap = 1;
  if (filter == Filter::oihw) by_out = p.in * taps, by_in = taps;
  else if (filter == Filter::ohwi) by_out = taps * p.in, by_tap = p.in;
  else by_in = taps * p.out, by_tap = p.out;
  std::vector<double> y(w.size());
  std::size_t at = 0;
  for (std::int64_t t = 0; t < taps; ++t)
    for (std::int64_t i = 0; i < p.in; ++i)
      for (std::int64_t o = 0; o < p.out; ++o)
        y[at++] = w[static_cast<std::size_t>(o * by_out + i * by_in + t * by_tap)];
  return y;
}

}  // namespace

FilterSizes filter_sizes(Filter filter, const std::vector<Dim>& w) {
  auto p = parts(filter, w, [](const Dim& a, const Dim& b) { return product(a, b); });
  return {p.out, p.in, std::move(p.kernel)};
}

Result<std::vector<Dim>> conv_dims(const Site& site, const ConvAttributes& a, const Types& in, std::size_t weight) {
  const Type &x = in[0], &w = in[weight];
  if (x.rank() < 3) return site.wrong_input(0, "at least 3 axes: batch, channels, places", x);
  if (w.rank() != x.rank()) return site.wrong_input(weight, std::to_string(x.rank()) + " axes as the input", w);
  if (a.group < 1) return site.wrong_attribute("group", "at least 1", std::to_string(a.group));
  const FilterSizes f = filter_sizes(a.filter, *w.dims);
  const Dim& channels = x.dim(channel_axis(a.layout, x.rank()));
  if (channels.known() && (channels.size() % a.group != 0 || !may_equal(f.in, channels.size() / a.group)))
    return site.wrong_input(weight,
                            "weights for " + text(channels) + " channels in groups of " + std::to_string(a.group), w);
  if (f.out.known() && f.out.size() % a.group != 0)
    return site.wrong_input(weight, "output channels that " + std::to_string(a.group) + " groups share evenly", w);
  DLAS_TRY(check_window(site, a.window, x.rank() - 2));
  for (std::size_t i = 0; i < a.window.kernel_shape.size(); ++i)
    if (!may_equal(f.kernel[i], a.window.kernel_shape[i]))
      return site.wrong_attribute("kernel_shape", "the weights' size " + text(f.kernel[i]),
                                  std::to_string(a.window.kernel_shape[i]));
  std::vector<Dim> kernel = f.kernel;
  for (std::size_t i = 0; i < a.window.kernel_shape.size(); ++i) kernel[i] = a.window.kernel_shape[i];
  DLAS_ASSIGN(const std::vector<Dim> places, window_outputs(site, a.window, spatial(a.layout, *x.dims), kernel, false));
  return arranged(a.layout, x.dim(0), f.out, places);
}

std::vector<double> conv_values(const ConvAttributes& a, const Shape& x_shape, std::vector<double> x,
                                const Shape& w_shape, const std::vector<double>& w, const std::vector<double>& bias) {
  const auto p = parts(a.filter, w_shape, [](std::int64_t c, std::int64_t m) { return c * m; });
  const Shape in = spatial(a.layout, x_shape);
  const Window window = window_of(a.window, in, p.kernel, false);
  Convolution c;
  c.batch = x_shape[0];
  c.in_places = count(in);
  c.out_places = count(outputs(window));
  c.in_channels = x_shape[channel_axis(a.layout, x_shape.size())];
  c.out_channels = p.out;
  c.groups = a.group;
  c.taps = count(p.kernel);
  c.taps_of = forward_taps(window);
  x = channels_last(a.layout, std::move(x), c.batch, c.in_channels, c.in_places);
  std::vector<double> y = convolve(c, std::move(x), in_one_order(a.filter, p, c.taps, w), bias);
  return from_channels_last(a.layout, std::move(y), c.batch, c.out_channels, c.out_places);
}

Cost conv_cost(const ConvAttributes& a, const Types& in, const Types& out, std::size_t weight) {
  Cost cost;
  for (const Types* list : {&in, &out})
    for (const Type& t : *list) cost.bytes += t.bytes().value_or(0);
  const auto elements = out[0].count();
  if (!elements || !in[weight].fixed()) return cost;
  const auto p = parts(a.filter, in[weight].shape(), [](std::int64_t c, std::int64_t m) { return c * m; });
  const auto macs = checked_mul(*elements, p.in * count(p.kernel));
  cost.macs = macs ? static_cast<std::uint64_t>(*macs) : ~0ULL;
  return cost;
}

}  // namespace dlas::op
