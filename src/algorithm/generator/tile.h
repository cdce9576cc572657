// What the generator is asked for: one kernel, that is a register tile for one target.
#pragma once

#include <Halide.h>

#include <string>
#include <vector>

namespace dlas::generator {

struct Tile {
  int pixels = 1;   // of the register tile
  int vectors = 1;  // of channels
  int lanes = 4;    // of float32 in a vector
  int block() const { return vectors * lanes; }
};

// The arguments of every kernel of a convolution, in the order of code/tile_code.h. Sizes and strides are known at run time only.
struct Arguments {
  // in(channel, tap x, tap y, pixel x, pixel y): strides and dilation of a convolution are strides of this view.
  Halide::ImageParam in{Halide::Float(32), 5, "in"};
  Halide::ImageParam weights{Halide::Float(32), 4, "weights"};
  Halide::ImageParam bias{Halide::Float(32), 1, "bias"};
  // What the sum starts with besides the bias: a residual, an earlier part of the sum, or zeros with strides of 0.
  Halide::ImageParam base{Halide::Float(32), 3, "base"};
  Halide::Param<int> steps{"steps"}, kernel_w{"kernel_w"}, kernel_h{"kernel_h"};
  Halide::Param<float> low{"low"}, high{"high"};

  std::vector<Halide::Argument> list() const;
  void start_at_zero();                                   // all views: min 0 in every dimension, stride 1 in the first
  Halide::Expr clamped(const Halide::Expr& value) const;  // to [low, high]; NaN stays NaN
};

Halide::Func conv(Arguments& arguments, const Tile& tile);
// Of pictures with three channels.
Halide::Func conv_of_3(Arguments& arguments, const Tile& tile);
// Taps and strides of any size.
Halide::Func depthwise(Arguments& arguments, const Tile& tile);
// `taps` in a row of the window and pixels `stride` apart; dimension 1 of the input counts its columns, dimension 3 is not used.
Halide::Func depthwise_row(Arguments& arguments, const Tile& tile, int taps, int stride);

}  // namespace dlas::generator
