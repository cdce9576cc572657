// Pools over pictures: MaxPool, AveragePool, and those over all places.
//
// Sums are float32, row by row and the rows then, so that many numbers lose little. What a window has outside the picture is left
// out, as the operators say; no border is needed for it.
#include <algorithm>
#include <functional>
#include <limits>

#include "algorithm/pointwise.h"
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

void take_in(bool mean, float* __restrict sum, const float* __restrict x, std::int64_t n) {
  for (std::int64_t c = 0; c < n; c += kLanes)
    for (std::int64_t j = 0; j < kLanes; ++j)
      sum[c + j] = mean ? sum[c + j] + x[c + j] : x[c + j] > sum[c + j] || x[c + j] != x[c + j] ? x[c + j] : sum[c + j];
}

class PoolTask final : public Task {
 public:
  PoolTask(const algorithm::VectorCode& code, const algorithm::PoolRun& pool, SlotId from, SlotId to)
      : code_(code), pool_(pool) {
    reads = {from};
    writes = {to};
  }
  std::string describe() const override { return pool_.mean ? "mean pool" : "max pool"; }

  Status run(Frame& frame) const override {
    const View in = frame.picture(reads[0]), out = frame.picture(writes[0]);
    const auto row = [&](std::int64_t i) {
      algorithm::PoolRun r = pool_;
      r.in = static_cast<const float*>(in.data) + i / out.h * in.stride_n;
      r.in_x = in.stride_w, r.in_y = in.stride_h;
      r.y = i % out.h;
      r.out = static_cast<float*>(out.data) + i / out.h * out.stride_n + r.y * out.stride_h;
      r.out_x = out.stride_w;
      code_.pool(r);
    };
    (*frame.loop)(out.n* out.h, std::ref(row));
    return {};
  }

 private:
  const algorithm::VectorCode& code_;
  algorithm::PoolRun pool_;  // without addresses
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

bool set_activation(const std::string& activation, algorithm::PoolRun& pool) {
  pool.low = -std::numeric_limits<float>::infinity();
  pool.high = -pool.low;
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
  algorithm::PoolRun pool;
  pool.mean = node.op == &op::average_pool;
  pool.counts_padding = pool.mean && flag(node, "count_include_pad").value_or(false);
  pool.h = window[0].in, pool.w = window[1].in;
  pool.kernel_h = window[0].kernel, pool.kernel_w = window[1].kernel;
  pool.stride_h = window[0].stride, pool.stride_w = window[1].stride;
  pool.dilation_h = window[0].dilation, pool.dilation_w = window[1].dilation;
  pool.pads = {window[0].begin, window[1].begin, window[0].end, window[1].end};
  pool.width = sides->out[2];
  pool.channels = padded_channels(sides->out[3]);
  if (!set_activation(word(node, "activation"), pool)) return "the activation " + word(node, "activation");
  const auto& code = algorithm::vector_code(lowering.target.name);
  add(lowering, scope, node, *sides,
      [&](SlotId in, SlotId out) { return std::make_unique<PoolTask>(code, pool, in, out); });
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
