#include "algorithm/code/bordered.h"

#include <algorithm>
#include <cstring>

namespace dlas::algorithm {
namespace {

struct Copy {
  View from, to;  // `to` begins at its border
  Border border;
  std::int64_t rows = 0, width = 0;  // of `to`, border included

  void row(std::int64_t i) const {
    const std::int64_t n = i / rows, y = i % rows - border.top, channels = to.stride_w;
    float* out = static_cast<float*>(to.data) + n * to.stride_n + i % rows * to.stride_h;
    if (y < 0 || y >= from.h) return void(std::memset(out, 0, width * channels * sizeof(float)));
    const float* in = static_cast<const float*>(from.data) + n * from.stride_n + y * from.stride_h;
    std::memset(out, 0, border.left * channels * sizeof(float));
    out += border.left * channels;
    for (std::int64_t x = 0; x < from.w; ++x, out += channels, in += from.stride_w)
      std::memcpy(out, in, channels * sizeof(float));
    std::memset(out, 0, border.right * channels * sizeof(float));
  }
};

}  // namespace

Border needed_border(const ConvProblem& p) {
  const auto after = [](std::int64_t out, std::int64_t stride, std::int64_t dilation, std::int64_t kernel,
                        std::int64_t in, std::int64_t before) {
    return std::max<std::int64_t>(0, (out - 1) * stride + dilation * (kernel - 1) + 1 - in - before);
  };
  return {.top = p.pads.top,
          .left = p.pads.left,
          .bottom = after(p.out_h(), p.stride_h, p.dilation_h, p.kernel_h, p.h, p.pads.top),
          .right = after(p.out_w(), p.stride_w, p.dilation_w, p.kernel_w, p.w, p.pads.left)};
}

bool covers(const Border& given, const Border& needed) {
  return given.top >= needed.top && given.left >= needed.left && given.bottom >= needed.bottom &&
         given.right >= needed.right;
}

std::size_t bordered_bytes(const View& picture, const Border& border) {
  return static_cast<std::size_t>(picture.n * (picture.h + border.top + border.bottom) *
                                  (picture.w + border.left + border.right) * padded_channels(picture.c)) *
         sizeof(float);
}

View with_border(const View& picture, const Border& given, const Border& needed, std::byte* scratch, const Loop& loop) {
  if (covers(given, needed)) return picture;
  Copy copy{.from = picture, .to = picture, .border = needed};
  copy.rows = picture.h + needed.top + needed.bottom;
  copy.width = picture.w + needed.left + needed.right;
  copy.to.data = scratch;
  copy.to.stride_w = padded_channels(picture.c);
  copy.to.stride_h = copy.to.stride_w * copy.width;
  copy.to.stride_n = copy.to.stride_h * copy.rows;
  loop(picture.n * copy.rows, [&copy](std::int64_t i) { copy.row(i); });
  View out = copy.to;
  out.data = reinterpret_cast<float*>(scratch) + needed.top * out.stride_h + needed.left * out.stride_w;
  return out;
}

}  // namespace dlas::algorithm
