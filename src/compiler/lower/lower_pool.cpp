// Pools over pictures: MaxPool, AveragePool, and those over all places.
//
// Sums are float32, row by row and the rows then, so that many numbers lose little. What a window has outside the picture is left
// out, as the operators say; no border is needed for it.
#include <algorithm>
#include <functional>
#include <limits>

#include "compiler/attributes.h"
#include "compiler/lower/rules.h"
#include "model/op/layout.h"
#include "model/op/list_nn.h"
#include "model/op/window.h"

namespace dlas::compiler {
namespace {

using algorithm::View;

constexpr std::int64_t kLanes = algorithm::kChannelBlock;
constexpr std::int64_t kStrip = 64;  // channels in flight

struct Pool {
  bool mean = false, counts_padding = false;
  op::WindowAxis y, x;
  float low = -std::numeric_limits<float>::infinity(),
        high = std::numeric_limits<float>::infinity();  // clamped behind it
};

void take_in(bool mean, float* __restrict sum, const float* __restrict x, std::int64_t n) {
  for (std::int64_t c = 0; c < n; c += kLanes)
    for (std::int64_t j = 0; j < kLanes; ++j)
      sum[c + j] = mean ? sum[c + j] + x[c + j] : x[c + j] > sum[c + j] || x[c + j] != x[c + j] ? x[c + j] : sum[c + j];
}

class PoolTask final : public Task {
 public:
  PoolTask(const Pool& pool, SlotId from, SlotId to) : pool_(pool) {
    reads = {from};
    writes = {to};
  }
  std::string describe() const override { return pool_.mean ? "mean pool" : "max pool"; }

  Status run(Frame& frame) const override {
    const View in = frame.picture(reads[0]), out = frame.picture(writes[0]);
    const auto row = [&](std::int64_t i) {
      for (std::int64_t x = 0; x < out.w; ++x) pixel(in, out, i / out.h, i % out.h, x);
    };
    (*frame.loop)(out.n* out.h, std::ref(row));
    return {};
  }

 private:
  struct Range {
    std::int64_t first = 0, last = 0;  // taps inside the picture
    std::int64_t padded = 0;           // taps inside the padded picture
  };
  static Range taps(const op::WindowAxis& a, std::int64_t place) {
    const std::int64_t start = place * a.stride - a.begin, d = a.dilation;
    Range r;
    r.first = start >= 0 ? 0 : (-start + d - 1) / d;
    r.last = std::min(a.kernel, start >= a.in ? std::int64_t{0} : (a.in - start + d - 1) / d);
    r.padded = std::min(a.kernel, (a.in + a.end - start + d - 1) / d);
    return r;
  }

  void pixel(const View& in, const View& out, std::int64_t n, std::int64_t y, std::int64_t x) const {
    const Range rows = taps(pool_.y, y), columns = taps(pool_.x, x);
    const float* from = static_cast<const float*>(in.data) + n * in.stride_n +
                        (y * pool_.y.stride - pool_.y.begin) * in.stride_h +
                        (x * pool_.x.stride - pool_.x.begin) * in.stride_w;
    float* to = static_cast<float*>(out.data) + n * out.stride_n + y * out.stride_h + x * out.stride_w;
    const std::int64_t size = pool_.counts_padding ? rows.padded * columns.padded
                                                   : std::max<std::int64_t>(0, rows.last - rows.first) *
                                                         std::max<std::int64_t>(0, columns.last - columns.first);
    const std::int64_t lanes = padded_channels(out.c);
    for (std::int64_t c = 0; c < lanes; c += kStrip) {
      const std::int64_t strip = std::min(kStrip, lanes - c);
      alignas(64) float sum[kStrip];
      std::fill_n(sum, strip, pool_.mean ? 0.F : -std::numeric_limits<float>::infinity());
      for (std::int64_t ky = rows.first; ky < rows.last; ++ky)
        for (std::int64_t kx = columns.first; kx < columns.last; ++kx)
          take_in(pool_.mean, sum, from + ky * pool_.y.dilation * in.stride_h + kx * pool_.x.dilation * in.stride_w + c,
                  strip);
      const float divisor = size > 0 ? static_cast<float>(size) : 1;
      for (std::int64_t i = 0; i < strip; ++i) {
        const float v = pool_.mean ? sum[i] / divisor : sum[i];
        to[c + i] = v < pool_.low ? pool_.low : v > pool_.high ? pool_.high : v;
      }
    }
  }

  Pool pool_;
};

class GlobalPoolTask final : public Task {
 public:
  GlobalPoolTask(bool mean, SlotId from, SlotId to) : mean_(mean) {
    reads = {from};
    writes = {to};
  }
  std::string describe() const override { return mean_ ? "mean of all places" : "max of all places"; }

  Status run(Frame& frame) const override {
    const View in = frame.picture(reads[0]), out = frame.picture(writes[0]);
    const std::int64_t strips = (padded_channels(out.c) + kStrip - 1) / kStrip;
    const auto strip = [&](std::int64_t i) { one(in, out, i / strips, i % strips * kStrip); };
    (*frame.loop)(out.n* strips, std::ref(strip));
    return {};
  }

 private:
  void one(const View& in, const View& out, std::int64_t n, std::int64_t c) const {
    const std::int64_t lanes = std::min(kStrip, padded_channels(out.c) - c);
    const float start = mean_ ? 0.F : -std::numeric_limits<float>::infinity();
    alignas(64) float all[kStrip], row[kStrip];
    std::fill_n(all, lanes, start);
    for (std::int64_t y = 0; y < in.h; ++y) {
      std::fill_n(row, lanes, start);
      const float* from = static_cast<const float*>(in.data) + n * in.stride_n + y * in.stride_h + c;
      for (std::int64_t x = 0; x < in.w; ++x) take_in(mean_, row, from + x * in.stride_w, lanes);
      take_in(mean_, all, row, lanes);
    }
    float* to = static_cast<float*>(out.data) + n * out.stride_n + c;
    const float size = static_cast<float>(in.h * in.w);
    for (std::int64_t i = 0; i < lanes; ++i) to[i] = mean_ ? all[i] / size : all[i];
  }
  bool mean_;
};

// Input and output as pictures.
struct Sides {
  bool channels_first = false;
  Shape in, out;
};
Shape arranged(const Shape& shape, bool channels_first) {
  return channels_first ? Shape{shape[0], shape[2], shape[3], shape[1]} : shape;
}
std::optional<Sides> sides_of(Lowering& lowering, const Scope& scope, const Node& node) {
  const Type& from = lowering.type(scope, node.inputs[0]);
  const Type& to = scope.graph->value(node.outputs[0]).type;
  if (!picture_shape(from) || !picture_shape(to) || from.rank() != 4) return std::nullopt;
  const bool first = word(node, "layout") == "NCHW";
  return Sides{first, arranged(from.shape(), first), arranged(to.shape(), first)};
}

bool set_activation(const std::string& activation, Pool& pool) {
  if (activation.empty() || activation == "none") return true;
  if (activation == "relu") pool.low = 0;
  else if (activation == "relu6") pool.low = 0, pool.high = 6;
  else if (activation == "relu_n1_to_1") pool.low = -1, pool.high = 1;
  else return false;
  return true;
}

void add(Lowering& lowering, Scope& scope, const Node& node, const Sides& sides, const auto& task_for) {
  const SlotId in = lowering.picture_as(scope, node.inputs[0], sides.in, sides.channels_first);
  const SlotId out = lowering.begin_result(scope, node.outputs[0], sides.out, sides.channels_first);
  lowering.add(task_for(in, out), node);
  lowering.end_result(scope, node.outputs[0], out, sides.channels_first);
}

op::WindowAttributes window_attributes(const Node& node) {
  op::WindowAttributes w;
  w.kernel_shape = integers(node, "kernel_shape");
  w.strides = integers(node, "strides");
  w.dilations = integers(node, "dilations");
  w.pads = integers(node, "pads");
  const std::string pad = word(node, "auto_pad");
  for (std::size_t i = 0; i < op::kAutoPadNames.size(); ++i)
    if (op::kAutoPadNames[i] == pad) w.auto_pad = static_cast<op::AutoPad>(i);
  return w;
}

}  // namespace

std::string lower_pool(Lowering& lowering, Scope& scope, const Node& node) {
  if (node.outputs.size() > 1 && node.outputs[1] != kNone) return "its indices are wanted";
  const auto sides = sides_of(lowering, scope, node);
  if (!sides) return "a value that is no float32 picture";
  const op::WindowAttributes attributes = window_attributes(node);
  const op::Window window = op::window_of(attributes, {sides->in[1], sides->in[2]}, attributes.kernel_shape,
                                          flag(node, "ceil_mode").value_or(false));
  Pool pool;
  pool.mean = node.op == &op::average_pool;
  pool.counts_padding = pool.mean && flag(node, "count_include_pad").value_or(false);
  pool.y = window[0];
  pool.x = window[1];
  if (!set_activation(word(node, "activation"), pool)) return "the activation " + word(node, "activation");
  add(lowering, scope, node, *sides, [&](SlotId in, SlotId out) { return std::make_unique<PoolTask>(pool, in, out); });
  return "";
}

std::string lower_global_pool(Lowering& lowering, Scope& scope, const Node& node) {
  const auto sides = sides_of(lowering, scope, node);
  if (!sides) return "a value that is no float32 picture";
  const bool mean = node.op == &op::global_average_pool;
  add(lowering, scope, node, *sides,
      [&](SlotId in, SlotId out) { return std::make_unique<GlobalPoolTask>(mean, in, out); });
  return "";
}

}  // namespace dlas::compiler
