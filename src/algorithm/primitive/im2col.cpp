// Convolution as a product of matrices: the window of every output pixel is copied into a row of scratch, then the rows are
// multiplied with the weights, which is a 1x1 convolution (direct.cpp). The copy costs time and as many bytes as the input has times
// the taps of the window; what it buys are long sums, for windows over few channels, and rows of any width.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "algorithm/code/bordered.h"
#include "algorithm/code/channel_blocks.h"
#include "algorithm/primitive/primitive.h"

namespace dlas::algorithm {
namespace {

// The product: as many input channels as a window has numbers, group by group.
ConvProblem product_of(const ConvProblem& p) {
  return {.dtype = p.dtype,
          .n = p.n,
          .h = p.out_h(),
          .w = p.out_w(),
          .in_channels = p.in_channels * p.kernel_h * p.kernel_w,
          .out_channels = p.out_channels,
          .groups = p.groups,
          .epilogue = p.epilogue};
}

Schedule inner(Schedule schedule) { return schedule.primitive = "direct", schedule; }

class Im2colKernel : public Kernel {
 public:
  Im2colKernel(const ConvProblem& problem, const Schedule& schedule, const Target& target,
               std::unique_ptr<Kernel> product)
      : problem_(problem), schedule_(schedule), target_(target), product_(std::move(product)) {
    const ConvProblem rows = product_of(problem);
    window_ = {.n = rows.n, .h = rows.h, .w = rows.w, .c = rows.in_channels};
    window_.stride_w = padded_channels(rows.in_channels);
    window_.stride_h = window_.stride_w * rows.w, window_.stride_n = window_.stride_h * rows.h;
  }
  std::string describe() const override { return text(schedule_) + " on " + target_.name; }
  Border border() const override { return {}; }
  std::size_t scratch_bytes(const Border&, int) const override {
    return static_cast<std::size_t>(window_.n * window_.stride_n) * sizeof(float);
  }
  std::size_t packed_bytes() const override { return product_->packed_bytes(); }
  void run(const Arguments& arguments, const Border&, const Loop& loop) const override {
    View windows = window_;
    windows.data = arguments.scratch;
    struct Job {
      const Im2colKernel& kernel;
      const View &in, &windows;
    };
    const Job job{*this, arguments.in, windows};
    loop(windows.n * windows.h, [&job](std::int64_t i) { job.kernel.copy_row(job.in, job.windows, i); });
    product_->run({.in = windows, .residual = arguments.residual, .out = arguments.out}, {}, loop);
  }

 private:
  void copy_row(const View& in, const View& windows, std::int64_t row) const {
    const std::int64_t n = row / windows.h, y = row % windows.h;
    float* to = static_cast<float*>(windows.data) + n * windows.stride_n + y * windows.stride_h;
    for (std::int64_t x = 0; x < windows.w; ++x, to += windows.stride_w) {
      copy_window(in, n, y * problem_.stride_h - problem_.pads.top, x * problem_.stride_w - problem_.pads.left, to);
      std::fill(to + windows.c, to + windows.stride_w, 0.F);
    }
  }

  void copy_window(const View& in, std::int64_t n, std::int64_t y0, std::int64_t x0, float* to) const {
    const std::int64_t channels = problem_.in_channels / problem_.groups;
    const auto bytes = static_cast<std::size_t>(channels) * sizeof(float);
    const float* picture = static_cast<const float*>(in.data) + n * in.stride_n;
    for (std::int64_t g = 0; g < problem_.groups; ++g)
      for (std::int64_t ky = 0; ky < problem_.kernel_h; ++ky)
        for (std::int64_t kx = 0; kx < problem_.kernel_w; ++kx, to += channels) {
          const std::int64_t y = y0 + ky * problem_.dilation_h, x = x0 + kx * problem_.dilation_w;
          if (y < 0 || y >= problem_.h || x < 0 || x >= problem_.w) std::memset(to, 0, bytes);
          else std::memcpy(to, picture + y * in.stride_h + x * in.stride_w + g * channels, bytes);
        }
  }

  ConvProblem problem_;
  Schedule schedule_;
  Target target_;
  std::unique_ptr<Kernel> product_;
  View window_;
};

std::optional<std::string> obstacle(const ConvProblem& p) {
  if (p.kernel_h == 1 && p.kernel_w == 1) return "a window of one pixel needs no copy";
  return direct.obstacle(product_of(p));
}

Schedule defaults(const ConvProblem& p, const Target& target) {
  Schedule s = direct.defaults(product_of(p), target);
  return s.primitive = "im2col", s;
}

void find_faults(const Schedule& s, const ConvProblem& p, const Target& target, std::vector<std::string>& out) {
  direct.faults(inner(s), product_of(p), target, out);
}

Result<std::unique_ptr<Kernel>> make(const ConvProblem& p, const Schedule& s, const Target& target,
                                     const Tensor& weights, const Tensor& bias) {
  DLAS_TRY(check_tensors(p, weights, bias));
  const std::int64_t window = p.in_channels / p.groups * p.kernel_h * p.kernel_w;
  DLAS_ASSIGN(std::unique_ptr<Kernel> product,
              direct.prepare(product_of(p), inner(s), target, weights.reshaped({p.out_channels, 1, 1, window}), bias));
  return std::unique_ptr<Kernel>(new Im2colKernel(p, s, target, std::move(product)));
}

}  // namespace

const Primitive im2col = {
    .name = "im2col", .obstacle = obstacle, .defaults = defaults, .faults = find_faults, .prepare = make};

}  // namespace dlas::algorithm
