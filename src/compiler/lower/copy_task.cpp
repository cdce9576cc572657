#include "compiler/lower/copy_task.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <functional>

namespace dlas::compiler {
namespace {

using algorithm::View;

// Elements by n, h, w, c with these strides.
struct Side {
  float* data = nullptr;
  std::int64_t n = 0, h = 0, w = 0, c = 0;  // strides
};

constexpr std::int64_t kBlock = 16;  // pixels and channels turned at a time, so that both sides stay in the first cache

void copy_row(const Side& from, const Side& to, std::int64_t width, std::int64_t channels) {
  if (from.c == 1 && to.c == 1 && channels < kBlock) {
    for (std::int64_t w = 0; w < width; ++w)
      for (std::int64_t c = 0; c < channels; ++c) to.data[w * to.w + c] = from.data[w * from.w + c];
    return;
  }
  if (from.c == 1 && to.c == 1) {
    for (std::int64_t w = 0; w < width; ++w)
      std::memcpy(to.data + w * to.w, from.data + w * from.w, static_cast<std::size_t>(channels) * sizeof(float));
    return;
  }
  for (std::int64_t c0 = 0; c0 < channels; c0 += kBlock)
    for (std::int64_t w0 = 0; w0 < width; w0 += kBlock) {
      const std::int64_t c1 = std::min(channels, c0 + kBlock), w1 = std::min(width, w0 + kBlock);
      for (std::int64_t w = w0; w < w1; ++w)
        for (std::int64_t c = c0; c < c1; ++c) to.data[w * to.w + c * to.c] = from.data[w * from.w + c * from.c];
    }
}

class CopyTask final : public Task {
 public:
  CopyTask(const Program& program, SlotId from, SlotId to, Order order)
      : order_(order), picture_(program.slot(from).form == Form::picture ? from : to) {
    reads = {from};
    writes = {to};
    copies = true;
    reorders = order != Order::same;
    const Slot& p = program.slot(picture_);
    op_name = "Copy";
    node_name = program.slot(to).name;
    shape_ = p.form == Form::picture ? p.shape : Shape{1, 1, 1, count(p.shape)};
    bytes_ = static_cast<std::size_t>(byte_size(program.slot(to).dtype, program.slot(to).shape).value_or(0));
  }

  std::string describe() const override { return order_ == Order::same ? "copy" : "copy between NCHW and NHWC"; }

  Status run(Frame& frame) const override {
    if (frame.at(reads[0]).form == Form::plain && frame.at(writes[0]).form == Form::plain) {
      std::memcpy(frame.bytes(writes[0]), frame.bytes(reads[0]), bytes_);
      return {};
    }
    const Side from = side(frame, reads[0]), to = side(frame, writes[0]);
    const std::int64_t h = shape_[1], w = shape_[2], c = shape_[3];
    const std::int64_t padding = frame.at(writes[0]).padding;
    const auto copy = [&](std::int64_t row) {
      const auto at = [&](Side s) {
        s.data += row / h * s.n + row % h * s.h;
        return s;
      };
      const Side a = at(from), b = at(to);
      copy_row(a, b, w, c);
      for (std::int64_t x = 0; padding > 0 && x < w; ++x) std::fill_n(b.data + x * b.w + c, padding, 0.F);
    };
    (*frame.loop)(shape_[0] * h, std::ref(copy));  // by reference: a std::function of it takes no memory
    return {};
  }

 private:
  Side side(const Frame& frame, SlotId slot) const {
    const std::int64_t h = shape_[1], w = shape_[2], c = shape_[3];
    if (frame.at(slot).form == Form::picture) {
      const View v = frame.picture(slot);
      return {static_cast<float*>(v.data), v.stride_n, v.stride_h, v.stride_w, 1};
    }
    auto* data = reinterpret_cast<float*>(frame.bytes(slot));
    return order_ == Order::same ? Side{data, h * w * c, w * c, c, 1} : Side{data, c * h * w, w, 1, h * w};
  }

  Order order_;
  SlotId picture_;
  Shape shape_;
  std::size_t bytes_;
};

}  // namespace

std::unique_ptr<Task> copy_task(const Program& program, SlotId from, SlotId to, Order order) {
  return std::make_unique<CopyTask>(program, from, to, order);
}

}  // namespace dlas::compiler
