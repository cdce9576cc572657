#include "model/op/window.h"

#include <algorithm>
#include <limits>

namespace dlas::op {
namespace {

constexpr std::int64_t kLargest = std::numeric_limits<std::int32_t>::max();

Status check_numbers(const Site& site, std::string_view name, const std::vector<std::int64_t>& list, std::size_t length,
                     std::int64_t least) {
  if (list.empty()) return {};
  if (list.size() != length)
    return site.wrong_attribute(name, std::to_string(length) + " numbers", std::to_string(list.size()));
  for (std::int64_t v : list)
    if (v < least || v > kLargest)
      return site.wrong_attribute(name, "numbers from " + std::to_string(least) + " to " + std::to_string(kLargest),
                                  std::to_string(v));
  return {};
}

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return a / b + (a % b != 0); }

// The sizes and padding of one axis; `out` is negative when the window does not fit.
WindowAxis axis_of(const WindowAttributes& a, std::size_t i, std::size_t axes, std::int64_t in, std::int64_t kernel,
                   bool ceil_mode) {
  WindowAxis w{.in = in, .kernel = kernel};
  if (!a.strides.empty()) w.stride = a.strides[i];
  if (!a.dilations.empty()) w.dilation = a.dilations[i];
  const std::int64_t extent = (kernel - 1) * w.dilation + 1;
  if (a.auto_pad == AutoPad::same_upper || a.auto_pad == AutoPad::same_lower) {
    w.out = ceil_div(in, w.stride);
    const std::int64_t total = std::max<std::int64_t>(0, (w.out - 1) * w.stride + extent - in);
    w.begin = a.auto_pad == AutoPad::same_upper ? total / 2 : total - total / 2;
    w.end = total - w.begin;
    return w;
  }
  if (a.auto_pad == AutoPad::notset && !a.pads.empty()) {
    w.begin = a.pads[i];
    w.end = a.pads[axes + i];
  }
  const std::int64_t room = in + w.begin + w.end - extent;
  if (room < 0) {
    w.out = -1;
    return w;
  }
  w.out = (ceil_mode ? ceil_div(room, w.stride) : room / w.stride) + 1;
  // A window that would start in the padding after the end is dropped.
  if (ceil_mode && (w.out - 1) * w.stride >= in + w.begin) --w.out;
  return w;
}

}  // namespace

Status check_window(const Site& site, const WindowAttributes& a, std::size_t axes) {
  DLAS_TRY(check_numbers(site, "kernel_shape", a.kernel_shape, axes, 1));
  DLAS_TRY(check_numbers(site, "strides", a.strides, axes, 1));
  DLAS_TRY(check_numbers(site, "dilations", a.dilations, axes, 1));
  return check_numbers(site, "pads", a.pads, 2 * axes, 0);
}

Result<std::vector<Dim>> window_outputs(const Site& site, const WindowAttributes& a, const std::vector<Dim>& in,
                                        const std::vector<Dim>& kernel, bool ceil_mode) {
  DLAS_TRY(check_window(site, a, in.size()));
  std::vector<Dim> out;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const bool same = a.auto_pad == AutoPad::same_upper || a.auto_pad == AutoPad::same_lower;
    if (kernel[i].known() && (kernel[i].size() < 1 || kernel[i].size() > kLargest))
      return site.wrong_attribute("kernel_shape", "sizes of at least 1", text(kernel[i]));
    if (!in[i].known() || (!kernel[i].known() && !same)) {
      const std::int64_t stride = a.strides.empty() ? 1 : a.strides[i];
      out.push_back(same && stride == 1 ? in[i] : Dim());
      continue;
    }
    const WindowAxis w = axis_of(a, i, in.size(), in[i].size(), kernel[i].known() ? kernel[i].size() : 1, ceil_mode);
    if (w.out < 0)
      return site.wrong_input(0, "a padded input at least as large as the window",
                              std::to_string(w.in + w.begin + w.end) + " for a window of " +
                                  std::to_string((w.kernel - 1) * w.dilation + 1));
    out.push_back(w.out);
  }
  return out;
}

Window window_of(const WindowAttributes& a, const Shape& in, const Shape& kernel, bool ceil_mode) {
  Window window;
  for (std::size_t i = 0; i < in.size(); ++i) window.push_back(axis_of(a, i, in.size(), in[i], kernel[i], ceil_mode));
  return window;
}

Shape outputs(const Window& window) {
  Shape out;
  for (const WindowAxis& w : window) out.push_back(w.out);
  return out;
}

}  // namespace dlas::op
