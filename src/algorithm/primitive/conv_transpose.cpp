// Transposed convolution as direct ones. Along one axis with stride s, dilation d and pad p, output o takes tap k when
// o + p - k d is a multiple y s, and reads input y there. All outputs with the same phase r = (o + p) mod s take the same taps: the
// first k0 with k0 d = r (mod s) and every (s / g)-th behind it, g = gcd(s, d); from tap to tap the input moves by -d / g. That is a
// convolution with stride 1 and dilation d / g over the taps in reverse order, whose outputs lie s apart.
#include "algorithm/conv_transpose_problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "algorithm/code/bordered.h"

namespace dlas::algorithm {
namespace {

// One phase of one axis.
constexpr std::int64_t kMostParts = 1024;

struct Phase {
  std::int64_t first = 0, count = 0;             // outputs first, first + s, ...
  std::int64_t tap = 0, taps = 0, tap_step = 1;  // in reverse: tap + (taps - 1) * tap_step, ..., tap
  std::int64_t dilation = 1, before = 0;  // of the convolution; `before` is its pad, negative when it begins inside
};

std::vector<Phase> phases(std::int64_t out, std::int64_t pad, std::int64_t kernel, std::int64_t stride,
                          std::int64_t dilation) {
  std::vector<Phase> all;
  const std::int64_t g = std::gcd(stride, dilation);
  for (std::int64_t first = 0; first < std::min(out, stride); ++first) {
    Phase p{
        .first = first, .count = (out - first + stride - 1) / stride, .tap_step = stride / g, .dilation = dilation / g};
    const std::int64_t place = first + pad;
    while (p.tap < kernel && (place - p.tap * dilation) % stride != 0) ++p.tap;
    if (p.tap < kernel) p.taps = (kernel - 1 - p.tap) / p.tap_step + 1;
    // The last tap is the first of the reversed ones: it reads input (place - its distance) / stride.
    const std::int64_t last = p.tap + (p.taps - 1) * p.tap_step;
    if (p.taps > 0) p.before = -(place - last * dilation) / stride;
    all.push_back(p);
  }
  return all;
}

// The pad behind, so that there are `count` outputs.
std::int64_t after(const Phase& p, std::int64_t in) {
  return p.count - 1 + p.dilation * (p.taps - 1) + 1 - in - p.before;
}

Tensor taps_of(const Tensor& weights, const Phase& y, const Phase& x) {
  const std::int64_t out = weights.dim(0), kernel_h = weights.dim(1), kernel_w = weights.dim(2), in = weights.dim(3);
  Tensor part = Tensor::make(DType::f32, {out, y.taps, x.taps, in});
  float* to = part.mutable_as<float>().data();
  const float* from = weights.as<float>().data();
  for (std::int64_t o = 0; o < out; ++o)
    for (std::int64_t j = y.taps; j-- > 0;)
      for (std::int64_t i = x.taps; i-- > 0; to += in)
        std::copy_n(from + ((o * kernel_h + y.tap + j * y.tap_step) * kernel_w + x.tap + i * x.tap_step) * in, in, to);
  return part;
}

struct Part {
  Phase y, x;
  std::unique_ptr<Kernel> kernel;
};

class ConvTransposeKernel : public Kernel {
 public:
  ConvTransposeKernel(const ConvTransposeProblem& problem, std::vector<Part> parts)
      : problem_(problem), parts_(std::move(parts)) {
    for (const Part& part : parts_) {
      const Border b = part.kernel->border();
      border_ = {.top = std::max(border_.top, b.top),
                 .left = std::max(border_.left, b.left),
                 .bottom = std::max(border_.bottom, b.bottom),
                 .right = std::max(border_.right, b.right)};
    }
  }
  std::string describe() const override {
    return fmt::format("{} direct convolutions, the first {}", parts_.size(), parts_.front().kernel->describe());
  }
  Border border() const override { return border_; }
  std::size_t scratch_bytes(const Border& given, int) const override {
    if (covers(given, border_)) return 0;
    return bordered_bytes({.n = problem_.n, .h = problem_.h, .w = problem_.w, .c = problem_.in_channels}, border_);
  }
  std::size_t packed_bytes() const override {
    return std::accumulate(parts_.begin(), parts_.end(), std::size_t{0},
                           [](std::size_t sum, const Part& part) { return sum + part.kernel->packed_bytes(); });
  }
  void run(const Arguments& arguments, const Border& given, const Loop& loop) const override {
    const View in = with_border(arguments.in, given, border_, arguments.scratch, loop);
    for (const Part& part : parts_)
      part.kernel->run({.in = in, .residual = places(arguments.residual, part), .out = places(arguments.out, part)},
                       border_, loop);
  }

 private:
  // The pixels of the view that the part computes.
  View places(View view, const Part& part) const {
    if (!view.data) return view;
    view.data = static_cast<float*>(view.data) + part.y.first * view.stride_h + part.x.first * view.stride_w;
    view.h = part.y.count, view.w = part.x.count;
    view.stride_h *= problem_.stride_h, view.stride_w *= problem_.stride_w;
    return view;
  }

  ConvTransposeProblem problem_;
  std::vector<Part> parts_;
  Border border_;
};

ConvProblem problem_of(const ConvTransposeProblem& p, const Phase& y, const Phase& x) {
  return {.n = p.n,
          .h = p.h,
          .w = p.w,
          .in_channels = p.in_channels,
          .out_channels = p.out_channels,
          .groups = p.groups,
          .kernel_h = y.taps,
          .kernel_w = x.taps,
          .dilation_h = y.dilation,
          .dilation_w = x.dilation,
          .pads = {.top = y.before, .left = x.before, .bottom = after(y, p.h), .right = after(x, p.w)},
          .epilogue = p.epilogue};
}

}  // namespace

std::string text(const ConvTransposeProblem& p) {
  return fmt::format("conv_transpose f32 {}x{}x{}x{} -> {}x{}x{} k{}x{} s{}x{} d{}x{} p{},{} g{}{}", p.n, p.h, p.w,
                     p.in_channels, p.out_h, p.out_w, p.out_channels, p.kernel_h, p.kernel_w, p.stride_h, p.stride_w,
                     p.dilation_h, p.dilation_w, p.pad_top, p.pad_left, p.groups, text(p.epilogue));
}

Result<std::unique_ptr<Kernel>> prepare(const ConvTransposeProblem& p, const Target& target, const Tensor& weights,
                                        const Tensor& bias) {
  const Shape expected = {p.out_channels, p.kernel_h, p.kernel_w, p.in_channels / p.groups};
  if (weights.dtype() != DType::f32 || weights.shape() != expected)
    return make_error(Code::type, "weights float32 " + dlas::text(expected), dlas::text(weights));
  // A kernel for each place between the strides: with large strides there are more of them than numbers.
  if (std::min(p.out_h, p.stride_h) > kMostParts / std::max<std::int64_t>(1, std::min(p.out_w, p.stride_w)))
    return make_error(Code::unsupported, fmt::format("strides of at most {} phases", kMostParts),
                      fmt::format("{}x{}", p.stride_h, p.stride_w));
  std::vector<Part> parts;
  for (const Phase& y : phases(p.out_h, p.pad_top, p.kernel_h, p.stride_h, p.dilation_h))
    for (const Phase& x : phases(p.out_w, p.pad_left, p.kernel_w, p.stride_w, p.dilation_w)) {
      const ConvProblem part = problem_of(p, y, x);
      DLAS_ASSIGN(std::unique_ptr<Kernel> kernel,
                  prepare(part, default_schedule(part, target), target, taps_of(weights, y, x), bias));
      parts.push_back({y, x, std::move(kernel)});
    }
  return std::unique_ptr<Kernel>(new ConvTransposeKernel(p, std::move(parts)));
}

}  // namespace dlas::algorithm
