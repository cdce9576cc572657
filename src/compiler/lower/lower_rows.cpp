// Operators on rows of numbers that lie side by side: Softmax over the last axis, LRN over the channels of a pixel.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "algorithm/pointwise.h"
#include "compiler/attributes.h"
#include "compiler/lower/rules.h"

namespace dlas::compiler {
namespace {

using algorithm::View;

class SoftmaxTask final : public Task {
 public:
  SoftmaxTask(const algorithm::VectorCode& code, SlotId from, SlotId to, std::int64_t rows, std::int64_t length,
              float beta)
      : code_(code), rows_(rows), length_(length), beta_(beta) {
    reads = {from};
    writes = {to};
    in_place = true;
  }
  std::string describe() const override { return "softmax"; }

  Status run(Frame& frame) const override {
    const auto* from = reinterpret_cast<const float*>(frame.bytes(reads[0]));
    auto* to = reinterpret_cast<float*>(frame.bytes(writes[0]));
    const auto row = [&](std::int64_t i) { one(from + i * length_, to + i * length_); };
    (*frame.loop)(rows_, std::ref(row));
    return {};
  }

 private:
  void one(const float* from, float* to) const {
    const double sum = code_.exp_below_most(from, beta_, to, length_);
    for (std::int64_t i = 0; i < length_; ++i) to[i] = static_cast<float>(static_cast<double>(to[i]) / sum);
  }
  const algorithm::VectorCode& code_;
  std::int64_t rows_, length_;
  float beta_;
};

class LrnTask final : public Task {
 public:
  LrnTask(const algorithm::VectorCode& code, const Node& n, SlotId from, SlotId to)
      : code_(code),
        size_(integer(n, "size").value_or(1)),
        scale_(static_cast<float>(real(n, "alpha").value_or(1e-4) / static_cast<double>(size_))),
        beta_(static_cast<float>(real(n, "beta").value_or(0.75))),
        bias_(static_cast<float>(real(n, "bias").value_or(1))) {
    reads = {from};
    writes = {to};
  }
  std::string describe() const override { return "norm of neighbouring channels"; }

  Status run(Frame& frame) const override {
    const View in = frame.picture(reads[0]), out = frame.picture(writes[0]);
    const std::int64_t padding = frame.at(writes[0]).padding;
    const auto row = [&](std::int64_t i) {
      const std::int64_t n = i / in.h, y = i % in.h;
      for (std::int64_t x = 0; x < in.w; ++x) {
        float* to = static_cast<float*>(out.data) + n * out.stride_n + y * out.stride_h + x * out.stride_w;
        pixel(static_cast<const float*>(in.data) + n * in.stride_n + y * in.stride_h + x * in.stride_w, to, in.c);
        std::fill_n(to + in.c, padding, 0.F);
      }
    };
    (*frame.loop)(in.n* in.h, std::ref(row));
    return {};
  }

 private:
  void pixel(const float* from, float* to, std::int64_t channels) const {
    float most = 0;
    for (std::int64_t c = 0; c < channels; ++c) most = std::max(most, std::fabs(from[c]));
    const std::int64_t before = (size_ - 1) / 2, after = size_ - 1 - before;
    const bool fits = channels <= algorithm::kMostLrnChannels && after <= algorithm::kMostLrnReach;
    // Squares that leave the range of float32 are summed in float64.
    if (!fits || !(most < 1e17F)) return normalise(from, to, channels);
    code_.lrn({.in = from,
               .out = to,
               .channels = channels,
               .before = before,
               .after = after,
               .scale = scale_,
               .beta = beta_,
               .bias = bias_});
  }

  void normalise(const float* from, float* to, std::int64_t channels) const {
    const std::int64_t before = (size_ - 1) / 2, after = size_ - 1 - before;
    for (std::int64_t c = 0; c < channels; ++c) {
      double sum = 0;
      for (std::int64_t k = std::max<std::int64_t>(0, c - before); k <= std::min(channels - 1, c + after); ++k)
        sum += static_cast<double>(from[k]) * static_cast<double>(from[k]);
      const double base = static_cast<double>(bias_) + static_cast<double>(scale_) * sum;
      to[c] = static_cast<float>(static_cast<double>(from[c]) / std::pow(base, static_cast<double>(beta_)));
    }
  }
  const algorithm::VectorCode& code_;
  std::int64_t size_;
  float scale_, beta_, bias_;
};

}  // namespace

std::string lower_softmax(Lowering& lowering, Scope& scope, const Node& node) {
  const Type type = lowering.type(scope, node.inputs[0]);
  if (!is_plain_f32(type) || type.rank() == 0 || type.count() == 0) return "a value that is not plain float32";
  const auto axis = normalized_axis(integer(node, "axis").value_or(-1), type.rank());
  const Shape shape = type.shape();
  const bool flatten = flag(node, "flatten").value_or(false);  // all axes from this one on are one row
  if (!axis || (!flatten && count(std::span(shape).subspan(*axis + 1)) != 1)) return "an axis that is not the last";
  const SlotId from = lowering.plain(scope, node.inputs[0]);
  const SlotId to = lowering.plain_result(scope, node.outputs[0]);
  const std::int64_t length = count(std::span(shape).subspan(*axis));
  lowering.add(
      std::make_unique<SoftmaxTask>(algorithm::vector_code(lowering.target.name), from, to, count(shape) / length,
                                    length, static_cast<float>(real(node, "beta").value_or(1))),
      node);
  return "";
}

std::string lower_lrn(Lowering& lowering, Scope& scope, const Node& node) {
  const auto shape = picture_shape(lowering.type(scope, node.inputs[0]));
  if (!shape || lowering.type(scope, node.inputs[0]).rank() != 4) return "a value that is no float32 picture";
  const bool first = word(node, "layout") == "NCHW";
  const Shape sizes = first ? Shape{(*shape)[0], (*shape)[2], (*shape)[3], (*shape)[1]} : *shape;
  const SlotId from = lowering.picture_as(scope, node.inputs[0], sizes, first);
  const SlotId to = lowering.begin_result(scope, node.outputs[0], sizes, first);
  lowering.add(std::make_unique<LrnTask>(algorithm::vector_code(lowering.target.name), node, from, to), node);
  lowering.end_result(scope, node.outputs[0], to, first);
  return "";
}

}  // namespace dlas::compiler
