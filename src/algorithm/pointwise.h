// Loops over runs of float32 numbers in the vectors of a target: element-wise operators, what stands behind a convolution, pools.
//
// The files of vector/ are compiled once for each target (cmake/Kernels.cmake). Numbers are float32 throughout; errors against
// float64 are in the comments of vector/functions.h and tested.
#pragma once

#include <cstdint>
#include <string_view>

#include "algorithm/problem.h"

namespace dlas::algorithm {

enum class PointOp : std::uint8_t {
  // of two numbers
  add,
  sub,
  reverse_sub,
  mul,
  div,
  reverse_div,
  max,
  min,
  prelu,  // x < 0 ? x y : x
  // of one; a and b are parameters
  clamp,  // to [a, b]
  sigmoid,
  silu,          // x sigmoid(a x)
  hard_sigmoid,  // a x + b clamped to [0, 1]
  hard_swish,    // x (x / 6 + 1 / 2 clamped to [0, 1])
  leaky_relu,    // x < 0 ? a x : x
  tanh,
  gelu,
  gelu_tanh,
  mish,
  exp,
  log,
  erf,
  sqrt,
  reciprocal,
  neg,
  abs,
  elu,  // x < 0 ? a (e^x - 1) : x
  softplus,
};
constexpr bool takes_two(PointOp op) { return op <= PointOp::prelu; }

struct PointRun {
  PointOp op = PointOp::add;
  float a = 0, b = 0;
  float* x = nullptr;        // [n], written in place
  const float* y = nullptr;  // [n] of an operator of two numbers, or one when `repeated`
  bool repeated = false;
  std::int64_t n = 0;
};

// One operator of a chain on a row of pixels. `y`: of an operator of two numbers, for the first pixel; 0 for `y_x` where all pixels
// have the same, `repeated` where all channels have.
struct ChainStep {
  PointOp op = PointOp::add;
  float a = 0, b = 0;
  const float* y = nullptr;
  std::int64_t y_x = 0;
  bool repeated = false;
};

// A row of pixels through a chain of operators while it is in the first cache: loaded once, stored once. In place is allowed.
struct ChainRun {
  const ChainStep* steps = nullptr;
  std::int64_t count = 0;  // of the steps
  const float* in = nullptr;
  std::int64_t in_x = 0;
  float* out = nullptr;
  std::int64_t out_x = 0, width = 0, channels = 0;
  std::int64_t padding = 0;  // channels behind them that become zeros
};

// What an epilogue asks for behind bias and residual (problem.h), on a tile that the kernel has just written.
struct EpilogueRun {
  Epilogue epilogue;
  float* out = nullptr;
  std::int64_t out_x = 0, out_y = 0;
  const float* residual = nullptr;  // added after the clamp; or null
  std::int64_t residual_x = 0, residual_y = 0;
  std::int64_t width = 0, height = 0, channels = 0;  // channels: a multiple of kChannelBlock
};

// One row of outputs of a pool. A window is cut to what lies inside the picture.
struct PoolRun {
  bool mean = false, counts_padding = false;
  const float* in = nullptr;  // the first row and column of the picture
  std::int64_t in_x = 0, in_y = 0, h = 0, w = 0;
  std::int64_t kernel_h = 1, kernel_w = 1, stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1;
  Border pads = {};
  std::int64_t y = 0;  // the row of outputs
  float* out = nullptr;
  std::int64_t out_x = 0, width = 0, channels = 0;  // channels: a multiple of kChannelBlock
  float low = 0, high = 0;                          // clamped behind it
};

// LRN over the channels of one pixel: x / (bias + scale * (sum of squares of `before` channels before, the channel, `after` behind))^beta
struct LrnRun {
  const float* in = nullptr;
  float* out = nullptr;       // not `in`
  std::int64_t channels = 0;  // up to kMostLrnChannels
  std::int64_t before = 0, after = 0;
  float scale = 0, beta = 0.75F, bias = 1;
};
inline constexpr std::int64_t kMostLrnChannels = 4096, kMostLrnReach = 64;  // of `before` and `after`

struct VectorCode {
  void (*point)(const PointRun& run);
  void (*chain)(const ChainRun& run);
  void (*epilogue)(const EpilogueRun& run);
  void (*pool)(const PoolRun& run);
  void (*lrn)(const LrnRun& run);
  // out[i] = e^(x[i] - most) with the largest x taken off; returns their sum. In place is allowed.
  double (*exp_below_most)(const float* x, float scale, float* out, std::int64_t n);
};

// REQUIRES: the name of a target that this processor has.
const VectorCode& vector_code(std::string_view target);

}  // namespace dlas::algorithm
