#include "algorithm/code/tile_code.h"

#include <HalideRuntime.h>

#include <algorithm>
#include <initializer_list>

namespace dlas::algorithm {
namespace {

// What Halide calls a buffer: sizes and strides. Generated code looks at the address, the strides and the extents of the output.
struct Buffer {
  struct Dimension {
    std::int64_t extent, stride;
  };
  Buffer(const float* data, std::initializer_list<Dimension> list) {
    for (const Dimension& d : list)
      dimensions[header.dimensions++] = {0, static_cast<std::int32_t>(d.extent), static_cast<std::int32_t>(d.stride),
                                         0};
    header.host = reinterpret_cast<std::uint8_t*>(const_cast<float*>(data));
    header.type = halide_type_t(halide_type_float, 32, 1);
    header.dim = dimensions;
  }
  halide_buffer_t header = {};
  halide_dimension_t dimensions[5];
};

}  // namespace

const TileCode* find_tile(std::string_view target, TileKind kind, std::int64_t pixels, std::int64_t vectors) {
  for (const TileCode& code : tile_table())
    if (code.target == target && code.kind == kind && code.pixels == pixels && code.vectors == vectors) return &code;
  return nullptr;
}

std::int64_t widest_tile(std::string_view target, TileKind kind, std::int64_t vectors) {
  std::int64_t widest = 0;
  for (const TileCode& code : tile_table())
    if (code.target == target && code.kind == kind && code.vectors == vectors) widest = std::max(widest, code.pixels);
  return widest;
}

void run_tile(const TileCode& code, const TileCall& call) {
  Buffer in(call.in, {{0, 1}, {0, call.in_tap_x}, {0, call.in_tap_y}, {0, call.in_x}, {0, call.in_y}});
  Buffer weights(call.weights,
                 {{call.channels, 1}, {0, call.weights_channel}, {0, call.weights_tap_x}, {0, call.weights_tap_y}});
  Buffer bias(call.bias, {{call.channels, 1}});
  Buffer base(call.base, {{call.channels, 1}, {call.width, call.base_x}, {call.height, call.base_y}});
  Buffer out(call.out, {{call.channels, 1}, {call.width, call.out_x}, {call.height, call.out_y}});
  // The depthwise kernel has its taps in dimensions 1 and 2 of the weights.
  if (code.kind != TileKind::conv && code.kind != TileKind::conv_of_3) {
    weights.dimensions[1] = weights.dimensions[2];
    weights.dimensions[2] = weights.dimensions[3];
  }
  code.function(&in.header, &weights.header, &bias.header, &base.header, static_cast<std::int32_t>(call.steps),
                static_cast<std::int32_t>(call.kernel_w), static_cast<std::int32_t>(call.kernel_h), call.low, call.high,
                &out.header);
}

Cut cut(std::int64_t width, std::int64_t widest) {
  const std::int64_t tiles = (width + widest - 1) / widest;
  if (tiles == 0) return {};
  const std::int64_t size = width / tiles, wide = width - size * tiles;
  return {.wide = wide, .narrow = tiles - wide, .size = size};
}

RowTiles::RowTiles(std::string_view target, TileKind kind, std::int64_t vectors, std::int64_t widest)
    : widest_(std::min({widest, widest_tile(target, kind, vectors), kWidest})) {
  for (std::int64_t pixels = 1; pixels <= widest_; ++pixels)
    by_pixels_[pixels] = find_tile(target, kind, pixels, vectors);
}

void RowTiles::run(TileCall call) const {
  const Cut parts = cut(call.width, widest_);
  if (parts.wide > 0) {
    call.width = parts.wide * (parts.size + 1);
    run_tile(*by_pixels_[parts.size + 1], call);
    call.in += call.width * call.in_x;
    call.out += call.width * call.out_x;
    call.base += call.width * call.base_x;
  }
  call.width = parts.narrow * parts.size;
  if (call.width > 0) run_tile(*by_pixels_[parts.size], call);
}

}  // namespace dlas::algorithm
