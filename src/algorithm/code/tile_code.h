// The kernels that the generator made (generator/, cmake/Kernels.cmake): a table, and how one of them is called.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

struct halide_buffer_t;
// in, weights, bias, base, steps, kernel_w, kernel_h, low, high, out: as generator/tile.h declares them.
using TileFunction = int(halide_buffer_t*, halide_buffer_t*, halide_buffer_t*, halide_buffer_t*, std::int32_t,
                         std::int32_t, std::int32_t, float, float, halide_buffer_t*);

namespace dlas::algorithm {

enum class TileKind {
  conv,       // four input channels at a time
  conv_of_3,  // the three that there are
  depthwise,
  depthwise_3_by_1,  // taps in a row of the window, stride
  depthwise_3_by_2,
  depthwise_5_by_1,
  depthwise_5_by_2,
};

// One register tile of one target: `pixels` outputs of a row times `vectors` vectors of channels.
struct TileCode {
  std::string_view target;
  TileKind kind;
  std::int64_t pixels, vectors;
  TileFunction* function;
};

std::span<const TileCode> tile_table();

// Null when it was not made.
const TileCode* find_tile(std::string_view target, TileKind kind, std::int64_t pixels, std::int64_t vectors);
// The pixels of the widest tile with so many vectors; 0 when there is none. All narrower ones are there as well.
std::int64_t widest_tile(std::string_view target, TileKind kind, std::int64_t vectors);

// Strides in elements. The sum of an output starts with bias + base.
struct TileCall {
  const float* in = nullptr;
  std::int64_t in_tap_x = 0, in_tap_y = 0, in_x = 0, in_y = 0;
  const float* weights = nullptr;
  std::int64_t weights_channel = 0, weights_tap_x = 0, weights_tap_y = 0;
  const float* bias = nullptr;
  const float* base = nullptr;
  std::int64_t base_x = 0, base_y = 0;
  float* out = nullptr;
  std::int64_t out_x = 0, out_y = 0;
  std::int64_t steps = 0;  // input channels / those taken at a time
  std::int64_t kernel_w = 1, kernel_h = 1;
  float low = 0, high = 0;
  std::int64_t width = 0, height = 0;  // of the output; width a multiple of the tile's pixels
  std::int64_t channels = 0;           // of the output; a multiple of the tile's channels
};

// REQUIRES: strides below 2^31 (checked by prepare()).
void run_tile(const TileCode& code, const TileCall& call);

// How a row of `width` is cut into tiles of at most `widest` pixels that differ by one at most: `wide` of them with size + 1
// pixels, then `narrow` with size.
struct Cut {
  std::int64_t wide = 0, narrow = 0, size = 0;
};
Cut cut(std::int64_t width, std::int64_t widest);

// The tiles of one kind with so many vectors, for rows of any width.
class RowTiles {
 public:
  static constexpr std::int64_t kWidest = 16;  // pixels
  RowTiles() = default;
  // With at most `widest` pixels.
  RowTiles(std::string_view target, TileKind kind, std::int64_t vectors, std::int64_t widest);
  std::int64_t widest() const { return widest_; }
  // The rows of the call with the widest tile that cuts them evenly, and what is left of them with one that is narrower by a pixel.
  void run(TileCall call) const;

 private:
  const TileCode* by_pixels_[kWidest + 1] = {};  // slot 0 is unused
  std::int64_t widest_ = 0;
};

}  // namespace dlas::algorithm
