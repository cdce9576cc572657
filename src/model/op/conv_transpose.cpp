// ConvTranspose: the transpose of a convolution, over any number of spatial axes, in groups.  ONNX ConvTranspose, 1 to 22
//
// y[n, c, o] = B[c] + sum over i, k with p stride - begin + k dilation = o of X[n, i, p] W[i, c, k].
// Output size: stride (in - 1) + output_padding + (kernel - 1) dilation + 1 - begin - end, or output_shape, from which the
// padding then follows. TFLite's TRANSPOSE_CONV has weights OHWI, layout NHWC and output_shape with auto_pad.
#include <algorithm>

#include "base/checked.h"
#include "model/op/convolution.h"
#include "model/op/layout.h"
#include "model/op/list_nn.h"
#include "model/op/quantized/run.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

enum Input { kX, kW, kB };
enum class TransposedFilter { iohw, ohwi };
constexpr std::array<std::string_view, 2> kTransposedFilterNames{"IOHW", "OHWI"};

struct Attributes {
  WindowAttributes window;
  std::vector<std::int64_t> output_padding, output_shape;  // output_shape: spatial sizes
  std::int64_t group = 1;
  Layout layout = Layout::channels_first;
  TransposedFilter filter = TransposedFilter::iohw;
  Activation activation = Activation::none;
  void fields(auto& f) {
    window.fields(f);
    f("output_padding", output_padding);
    f("output_shape", output_shape);
    f("group", group);
    f("layout", layout, kLayoutNames);
    f("filter", filter, kTransposedFilterNames);
    f("activation", activation, kActivationNames);
  }
};

bool ohwi(const Attributes& a) { return a.filter == TransposedFilter::ohwi; }

template <typename T>
std::vector<T> kernel_of(const Attributes& a, const std::vector<T>& w) {
  return spatial(ohwi(a) ? Layout::channels_last : Layout::channels_first, w);
}

// One axis; `out` is negative when the padding takes more than there is.
WindowAxis axis_of(const Attributes& a, std::size_t i, std::size_t axes, std::int64_t in, std::int64_t kernel) {
  const WindowAttributes& wa = a.window;
  WindowAxis w{.in = in, .kernel = kernel};
  if (!wa.strides.empty()) w.stride = wa.strides[i];
  if (!wa.dilations.empty()) w.dilation = wa.dilations[i];
  const std::int64_t extra = a.output_padding.empty() ? 0 : a.output_padding[i];
  const std::int64_t whole = w.stride * (in - 1) + extra + (kernel - 1) * w.dilation + 1;
  const bool same = wa.auto_pad == AutoPad::same_upper || wa.auto_pad == AutoPad::same_lower;
  if (a.output_shape.empty() && !same) {
    if (wa.auto_pad == AutoPad::notset && !wa.pads.empty()) w.begin = wa.pads[i], w.end = wa.pads[axes + i];
    w.out = whole - w.begin - w.end;
    return w;
  }
  w.out = a.output_shape.empty() ? in * w.stride : a.output_shape[i];
  const std::int64_t total = std::max<std::int64_t>(0, whole - w.out);
  // ONNX: SAME_UPPER gives the odd one to the end, all others to the begin.
  w.begin = wa.auto_pad == AutoPad::same_upper ? total / 2 : total - total / 2;
  w.end = total - w.begin;
  return w;
}

Status check_list(const Site& site, std::string_view name, const std::vector<std::int64_t>& list, std::size_t axes) {
  if (!list.empty() && list.size() != axes)
    return site.wrong_attribute(name, std::to_string(axes) + " numbers", std::to_string(list.size()));
  for (std::int64_t v : list)
    if (v < 0 || v > 0x7fffffff) return site.wrong_attribute(name, "numbers from 0 to 2147483647", std::to_string(v));
  return {};
}

Status check_channels(const Site& site, const Attributes& a, const Types& in) {
  const Type &x = in[kX], &w = in[kW];
  if (x.rank() < 3) return site.wrong_input(kX, "at least 3 axes: batch, channels, places", x);
  if (w.rank() != x.rank()) return site.wrong_input(kW, std::to_string(x.rank()) + " axes as the input", w);
  if (a.group < 1) return site.wrong_attribute("group", "at least 1", std::to_string(a.group));
  if (ohwi(a) && a.group != 1) return site.wrong_attribute("group", "1 with filter OHWI", std::to_string(a.group));
  const Dim& channels = x.dim(channel_axis(a.layout, x.rank()));
  const Dim& rows = ohwi(a) ? w.dims->back() : w.dim(0);
  if (!may_equal(channels, rows) || (rows.known() && rows.size() % a.group != 0) ||
      (channels.known() && channels.size() % a.group != 0))
    return site.wrong_input(kW, "weights for " + text(channels) + " channels in groups of " + std::to_string(a.group),
                            w);
  return {};
}

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<Attributes>();
  for (std::size_t slot : {kX, kW}) DLAS_TRY(check_real(site, in, slot));
  DLAS_TRY(check_channels(site, a, in));
  const Type &x = in[kX], &w = in[kW];
  const std::size_t axes = x.rank() - 2;
  DLAS_TRY(check_window(site, a.window, axes));
  DLAS_TRY(check_list(site, "output_padding", a.output_padding, axes));
  DLAS_TRY(check_list(site, "output_shape", a.output_shape, axes));
  const std::vector<Dim> sizes = spatial(a.layout, *x.dims), kernel = kernel_of(a, *w.dims);
  std::vector<Dim> places;
  for (std::size_t i = 0; i < axes; ++i) {
    if (!a.window.kernel_shape.empty() && !may_equal(kernel[i], a.window.kernel_shape[i]))
      return site.wrong_attribute("kernel_shape", "the weights' size " + text(kernel[i]),
                                  std::to_string(a.window.kernel_shape[i]));
    if (!sizes[i].known() || !kernel[i].known()) {
      places.push_back(a.output_shape.empty() ? Dim() : Dim(a.output_shape[i]));
      continue;
    }
    const WindowAxis axis = axis_of(a, i, axes, sizes[i].size(), kernel[i].size());
    if (axis.out < 0) return site.wrong_attribute("pads", "less padding than output", text(kernel[i]));
    places.push_back(axis.out);
  }
  const Dim channels = ohwi(a) ? w.dim(0) : product(w.dim(1), a.group);
  DLAS_TRY(check_vector(site, in, kB, channels));
  return Types{Type(x.dtype, arranged(a.layout, x.dim(0), channels, places))};
}

// The weights as [tap, input channel of the group, output channel].
std::vector<double> in_one_order(const Attributes& a, const Convolution& c, const std::vector<double>& w) {
  std::vector<double> y(w.size());
  const std::int64_t rows = c.in_channels / c.groups, width = c.out_channels / c.groups;
  std::size_t at = 0;
  for (std::int64_t t = 0; t < c.taps; ++t)
    for (std::int64_t i = 0; i < rows; ++i)
      for (std::int64_t o = 0; o < c.out_channels; ++o)
        y[at++] = w[static_cast<std::size_t>(ohwi(a) ? (o * c.taps + t) * rows + i
                                                     : ((o / width * rows + i) * width + o % width) * c.taps + t)];
  return y;
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const Shape &x_shape = call.in[kX].shape(), &y_shape = call.out[0].shape();
  const Shape in = spatial(a.layout, x_shape), kernel = kernel_of(a, call.in[kW].shape());
  Window window;
  for (std::size_t i = 0; i < in.size(); ++i) window.push_back(axis_of(a, i, in.size(), in[i], kernel[i]));
  Convolution c;
  c.batch = x_shape[0];
  c.in_places = count(in);
  c.out_places = count(outputs(window));
  c.in_channels = x_shape[channel_axis(a.layout, x_shape.size())];
  c.out_channels = y_shape[channel_axis(a.layout, y_shape.size())];
  c.groups = a.group;
  c.taps = count(kernel);
  c.taps_of = transposed_taps(window);
  std::vector<double> bias;
  if (call.has(kB)) bias = reals(call, kB);
  auto x = channels_last(a.layout, reals(call, kX), c.batch, c.in_channels, c.in_places);
  auto y = convolve(c, std::move(x), in_one_order(a, c, reals(call, kW)), bias);
  y = from_channels_last(a.layout, std::move(y), c.batch, c.out_channels, c.out_places);
  activate(a.activation, y);
  store(y, call.out[0]);
  return {};
}

Cost cost(const Site& site, const Types& in, const Types& out) {
  const auto& a = site.attributes<Attributes>();
  Cost cost;
  for (const Types* list : {&in, &out})
    for (const Type& t : *list) cost.bytes += t.bytes().value_or(0);
  if (!in[kX].count() || !in[kW].fixed()) return cost;
  const Shape w = in[kW].shape();
  const auto macs = checked_mul(*in[kX].count(), count(kernel_of(a, w)) * (ohwi(a) ? w[0] : w[1]));
  cost.macs = macs ? static_cast<std::uint64_t>(*macs) : ~0ULL;
  return cost;
}

}  // namespace

const Op conv_transpose = {
    .name = "ConvTranspose",
    .inputs = "X W B?",
    .outputs = "Y",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .run_quantized = quantized::run_conv_transpose,
    .cost = cost,
};

}  // namespace dlas::op
