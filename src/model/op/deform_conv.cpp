// DeformConv: Conv whose every tap is read where an offset moves it, times a mask.             ONNX DeformConv, opset 19 to 22
//
// offset [N, offset_group K n, out...]: for tap k of group g, axis by axis, how far its place moves; mask likewise with one
// number a tap. The n-linear mean of the 2^n neighbours is read, neighbours outside the input are 0. Sums are float64.
#include <cmath>

#include "model/op/conv.h"
#include "model/op/list_nn.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

enum Input { kX, kW, kOffset, kB, kMask };

struct Attributes {
  std::vector<std::int64_t> dilations, kernel_shape, pads, strides;
  std::int64_t group = 1, offset_group = 1;
  void fields(auto& f) {
    f("dilations", dilations);
    f("group", group);
    f("kernel_shape", kernel_shape);
    f("offset_group", offset_group);
    f("pads", pads);
    f("strides", strides);
  }
  ConvAttributes conv() const {
    ConvAttributes out;
    out.window = {AutoPad::notset, kernel_shape, strides, dilations, pads};
    out.group = group;
    return out;
  }
};

// Errors: `slot` is not [N, offset_group K each, out...].
Status check_per_tap(const Site& site, const Types& in, std::size_t slot, std::int64_t each,
                     const std::vector<Dim>& out) {
  if (!in.has(slot)) return {};
  std::vector<Dim> dims = out;
  Dim taps = site.attributes<Attributes>().offset_group;
  for (std::size_t i = 2; i < in[kW].rank(); ++i) taps = product(taps, in[kW].dim(i));
  dims[1] = product(taps, each);
  const Type want(in[kX].dtype, std::move(dims));
  bool fits = in[slot].dtype == want.dtype && in[slot].rank() == want.rank();
  for (std::size_t i = 0; fits && i < want.rank(); ++i) fits = may_equal(in[slot].dim(i), want.dim(i));
  if (!fits) return site.wrong_input(slot, text(want), in[slot]);
  return {};
}

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<Attributes>();
  for (std::size_t slot : {kX, kW})
    if (!is_float(in[slot].dtype) || in[slot].dtype != in[kX].dtype)
      return site.wrong_input(slot, slot == kX ? "floats" : text(in[kX].dtype), in[slot]);
  DLAS_ASSIGN(std::vector<Dim> dims, conv_dims(site, a.conv(), in, kW));
  if (dims.size() > 6) return site.wrong_input(kX, "at most 4 spatial axes", in[kX]);
  const bool divides = !in[kX].dim(1).known() || (a.offset_group > 0 && in[kX].dim(1).size() % a.offset_group == 0);
  if (a.offset_group < 1 || !divides)
    return site.wrong_attribute("offset_group", "a divisor of the channels", std::to_string(a.offset_group));
  DLAS_TRY(check_per_tap(site, in, kOffset, static_cast<std::int64_t>(dims.size()) - 2, dims));
  DLAS_TRY(check_per_tap(site, in, kMask, 1, dims));
  DLAS_TRY(check_vector(site, in, kB, in[kW].dim(0)));
  return Types{Type(in[kX].dtype, std::move(dims))};
}

// The n-linear mean of a plane of the given sizes around `at`.
double sampled(const double* plane, const Window& window, const std::vector<double>& at) {
  double sum = 0;
  for (std::size_t corner = 0; corner < (std::size_t{1} << at.size()); ++corner) {
    double weight = 1;
    std::int64_t place = 0;
    for (std::size_t axis = 0; axis < at.size() && weight != 0; ++axis) {
      const double low = std::floor(at[axis]), part = at[axis] - low;
      const bool high = (corner >> axis & 1U) != 0;
      const double i = high ? low + 1 : low;
      const bool inside = i >= 0 && i < static_cast<double>(window[axis].in);  // false for NaN
      weight *= inside ? (high ? part : 1 - part) : 0;
      place = place * window[axis].in + (inside ? static_cast<std::int64_t>(i) : 0);
    }
    if (weight != 0) sum += weight * plane[place];
  }
  return sum;
}

struct Run {
  const Attributes& a;
  Window window;
  std::int64_t channels, taps, in_places, out_places;
  std::vector<double> x, offset, mask;

  // Where tap `k` of output place `o` is read: `g` counts samples times offset groups.
  std::vector<double> place(std::int64_t g, std::int64_t k, std::int64_t o) const {
    const std::size_t axes = window.size();
    std::vector<double> at(axes);
    std::int64_t out = o, tap = k;
    for (std::size_t axis = axes; axis-- > 0;) {
      const WindowAxis& w = window[axis];
      const std::int64_t fixed = out % w.out * w.stride - w.begin + tap % w.kernel * w.dilation;
      out /= w.out;
      tap /= w.kernel;
      const std::int64_t row = (g * taps + k) * static_cast<std::int64_t>(axes) + static_cast<std::int64_t>(axis);
      at[axis] = static_cast<double>(fixed) + offset[static_cast<std::size_t>(row * out_places + o)];
    }
    return at;
  }
  // What the kernel is multiplied with at output place `o`: [channels, taps].
  void gather(std::int64_t n, std::int64_t o, std::vector<double>& columns) const {
    const std::int64_t each = channels / a.offset_group;
    for (std::int64_t g = 0; g < a.offset_group; ++g)
      for (std::int64_t k = 0; k < taps; ++k) {
        const std::int64_t group = n * a.offset_group + g;
        const std::vector<double> at = place(group, k, o);
        const double m = mask.empty() ? 1 : mask[static_cast<std::size_t>((group * taps + k) * out_places + o)];
        for (std::int64_t c = g * each; c < (g + 1) * each; ++c)
          columns[static_cast<std::size_t>(c * taps + k)] =
              m * sampled(x.data() + (n * channels + c) * in_places, window, at);
      }
  }
};

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const Shape &x = call.in[kX].shape(), &w = call.in[kW].shape();
  const Shape in(x.begin() + 2, x.end()), kernel(w.begin() + 2, w.end());
  const Window window = window_of(a.conv().window, in, kernel, false);
  const Run r{a,
              window,
              x[1],
              count(kernel),
              count(in),
              count(outputs(window)),
              reals(call, kX),
              reals(call, kOffset),
              call.has(kMask) ? reals(call, kMask) : std::vector<double>()};
  const std::vector<double> weights = reals(call, kW);
  const std::vector<double> bias = call.has(kB) ? reals(call, kB) : std::vector<double>();
  const std::int64_t out_channels = w[0], row = w[1] * r.taps, in_group = out_channels / a.group;
  std::vector<double> y(static_cast<std::size_t>(call.out[0].count()));
  std::vector<double> columns(static_cast<std::size_t>(r.channels * r.taps));
  for (std::int64_t n = 0; n < x[0]; ++n)
    for (std::int64_t o = 0; o < r.out_places; ++o) {
      r.gather(n, o, columns);
      for (std::int64_t c = 0; c < out_channels; ++c) {
        double sum = bias.empty() ? 0 : bias[static_cast<std::size_t>(c)];
        const double* of_group = columns.data() + c / in_group * row;
        for (std::int64_t i = 0; i < row; ++i) sum += weights[static_cast<std::size_t>(c * row + i)] * of_group[i];
        y[static_cast<std::size_t>((n * out_channels + c) * r.out_places + o)] = sum;
      }
    }
  store(y, call.out[0]);
  return {};
}

Cost cost(const Site& site, const Types& in, const Types& out) {
  return conv_cost(site.attributes<Attributes>().conv(), in, out, kW);
}

}  // namespace

const Op deform_conv = {
    .name = "DeformConv",
    .inputs = "X W offset B? mask?",
    .outputs = "Y",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .cost = cost,
};

}  // namespace dlas::op
