// A transposed convolution over N, H, W, C: input pixel y adds to output pixel y * stride + tap * dilation - pad.
#pragma once

#include "algorithm/kernel.h"
#include "algorithm/problem.h"

namespace dlas::algorithm {

struct ConvTransposeProblem {
  std::int64_t n = 1, h = 1, w = 1;        // of the input
  std::int64_t out_h = 1, out_w = 1;       // output_padding and output_shape are in these
  std::int64_t pad_top = 0, pad_left = 0;  // what is cut off the output before its first pixel
  std::int64_t in_channels = 1, out_channels = 1, groups = 1;
  std::int64_t kernel_h = 1, kernel_w = 1, stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1;
  Epilogue epilogue = {};
  bool operator==(const ConvTransposeProblem&) const = default;
};

std::string text(const ConvTransposeProblem& problem);

// `weights` of sizes out_channels x kernel_h x kernel_w x (in_channels / groups). Computed as one direct convolution for each
// place of an output pixel between the strides; each has the taps that meet it. Schedules are the default ones.
// Errors: those of prepare() (kernel.h).
Result<std::unique_ptr<Kernel>> prepare(const ConvTransposeProblem& problem, const Target& target,
                                        const Tensor& weights, const Tensor& bias);

}  // namespace dlas::algorithm
