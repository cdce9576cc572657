#include "algorithm/conv_testing.h"

#include <fmt/format.h>

#include <cmath>

#include "algorithm/picture_testing.h"
#include "base/threads.h"

namespace dlas::algorithm {
namespace {

struct Sum {
  double value = 0, magnitude = 0;  // of the terms
  void add(double term) { value += term, magnitude += std::abs(term); }
};

struct Case {
  const ConvProblem& p;
  const Picture& in;
  const Picture& residual;
  const float* weights;
  const float* bias;

  Sum sum(std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t out) const {
    const std::int64_t channels = p.in_channels / p.groups, first = out / (p.out_channels / p.groups) * channels;
    Sum s;
    if (bias) s.add(bias[out]);
    if (p.epilogue.residual == Epilogue::Residual::before) s.add(residual.at(n, y, x, out));
    for (std::int64_t ky = 0; ky < p.kernel_h; ++ky)
      for (std::int64_t kx = 0; kx < p.kernel_w; ++kx) {
        const std::int64_t iy = y * p.stride_h + ky * p.dilation_h - p.pads.top;
        const std::int64_t ix = x * p.stride_w + kx * p.dilation_w - p.pads.left;
        if (iy < 0 || iy >= p.h || ix < 0 || ix >= p.w) continue;
        const float* w = weights + ((out * p.kernel_h + ky) * p.kernel_w + kx) * channels;
        for (std::int64_t c = 0; c < channels; ++c) s.add(static_cast<double>(w[c]) * in.at(n, iy, ix, first + c));
      }
    return s;
  }
};

// Each of the terms is rounded at most once when it is multiplied and once for each addition behind it (Higham, Accuracy and
// Stability of Numerical Algorithms, 3.1).
double rounding_bound(const ConvProblem& p, double magnitude) {
  const std::int64_t taps = p.kernel_h * p.kernel_w, channels = p.in_channels / p.groups;
  const auto terms = static_cast<double>(channels * taps + 3 + 4 * taps);
  return terms * std::ldexp(1.0, -24) * magnitude;
}

double function_of(const Epilogue& e, double x) {
  const double sigmoid = 1 / (1 + std::exp(-x));
  switch (e.function) {
    case Function::none: return x;
    case Function::sigmoid: return sigmoid;
    case Function::silu: return x * sigmoid;
    case Function::hard_swish: return x * std::clamp(x / 6 + 0.5, 0.0, 1.0);
    case Function::hard_sigmoid: return std::clamp(x / 6 + 0.5, 0.0, 1.0);
    case Function::tanh: return std::tanh(x);
    case Function::gelu: return x * std::erfc(-x / std::sqrt(2.0)) / 2;
    case Function::mish: return x * std::tanh(std::log1p(std::exp(x)));
    case Function::leaky_relu: return x < 0 ? x * e.alpha : x;
  }
  return x;
}

double finished(const Epilogue& e, double sum, double residual) {
  const double value = std::clamp<double>(function_of(e, sum), e.low, e.high) + residual;
  return e.relu_after ? std::max(value, 0.0) : value;
}

std::string compare(const Case& c, const Picture& out) {
  const ConvProblem& p = c.p;
  double largest = 0;
  for (std::int64_t n = 0; n < p.n; ++n)
    for (std::int64_t y = 0; y < p.out_h(); ++y)
      for (std::int64_t x = 0; x < p.out_w(); ++x)
        for (std::int64_t o = 0; o < p.out_channels; ++o) {
          const Sum s = c.sum(n, y, x, o);
          const double other = p.epilogue.residual == Epilogue::Residual::after ? c.residual.at(n, y, x, o) : 0;
          const double expected = finished(p.epilogue, s.value, other);
          const double found = out.at(n, y, x, o);
          largest = std::max(largest, s.magnitude);
          // No function here is steeper than 1.2; its own error is below 16 units in the last place, and the sum with the residual is
          // rounded once more.
          const double bound = 1.2 * rounding_bound(p, s.magnitude) +
                               std::ldexp(20 * (std::abs(s.value) + std::abs(expected)) + 2 * std::abs(other), -24);
          if (!(std::abs(found - expected) <= bound))
            return fmt::format("at [{},{},{},{}]: expected {}, found {}", n, y, x, o, expected, found);
        }
  return largest > 0 ? "" : "no evidence: all sums are zero";
}

}  // namespace

Loop serial_loop() {
  return [](std::int64_t n, const std::function<void(std::int64_t)>& body) {
    for (std::int64_t i = 0; i < n; ++i) body(i);
  };
}

Loop backward_loop() {
  return [](std::int64_t n, const std::function<void(std::int64_t)>& body) {
    for (std::int64_t i = n; i-- > 0;) body(i);
  };
}

Loop parallel_loop() {
  return [](std::int64_t n, const std::function<void(std::int64_t)>& body) { parallel_for(n, body); };
}

std::vector<Target> targets_here() {
  std::vector<Target> out;
  for (const Target& target : targets())
    if (auto here = parse_target(target.name); here.ok()) out.push_back(*here);
  return out;
}

std::string run_and_compare(const ConvProblem& p, const Schedule& schedule, const Target& target, BorderGiven given,
                            std::uint32_t seed) {
  const std::string title = fmt::format("{} with {} on {}, border {}, seed {}: ", text(p), text(schedule), target.name,
                                        static_cast<int>(given), seed);
  std::mt19937 random(seed);
  const Tensor weights = random_tensor({p.out_channels, p.kernel_h, p.kernel_w, p.in_channels / p.groups}, random);
  const Tensor bias = p.epilogue.bias ? random_tensor({p.out_channels}, random) : Tensor();
  auto kernel = prepare(p, schedule, target, weights, bias);
  if (!kernel.ok()) return title + kernel.error().message();

  Border border = given == BorderGiven::none ? Border{} : (*kernel)->border();
  if (given == BorderGiven::more) ++border.top, ++border.left, ++border.bottom, ++border.right;
  Picture in(p.n, p.h, p.w, p.in_channels, border);
  Picture residual(p.n, p.out_h(), p.out_w(), p.out_channels,
                   given == BorderGiven::more ? Border{0, 1, 1, 0} : Border{});
  Picture out(p.n, p.out_h(), p.out_w(), p.out_channels, given == BorderGiven::more ? Border{1, 0, 0, 1} : Border{});
  fill(in, random);
  fill(residual, random);
  const std::size_t bytes = (*kernel)->scratch_bytes(border, 1);
  const Guarded scratch(bytes / sizeof(float));
  Arguments arguments{.in = in.view, .out = out.view, .scratch = reinterpret_cast<std::byte*>(scratch.data())};
  if (p.epilogue.residual != Epilogue::Residual::none) arguments.residual = residual.view;
  (*kernel)->run(arguments, border, seed % 2 == 0 ? serial_loop() : backward_loop());

  const Case c{p, in, residual, weights.as<float>().data(), bias.absent() ? nullptr : bias.as<float>().data()};
  const std::string difference = compare(c, out);
  return difference.empty() ? "" : title + difference;
}

std::vector<float> outputs(const ConvProblem& p, const Schedule& schedule, const Target& target,
                           std::optional<float> input, const Loop& loop) {
  std::mt19937 random(7);
  Tensor weights = random_tensor({p.out_channels, p.kernel_h, p.kernel_w, p.in_channels / p.groups}, random);
  for (float& w : weights.mutable_as<float>()) w = std::abs(w);
  const auto kernel = prepare(p, schedule, target, weights, Tensor());
  check(kernel.ok(), "a kernel for a test");
  Picture in(p.n, p.h, p.w, p.in_channels, {}), out(p.n, p.out_h(), p.out_w(), p.out_channels, {});
  fill(in, random);
  if (input) std::ranges::fill(in.memory.all(), *input);
  (*kernel)->run({.in = in.view, .out = out.view}, {}, loop);
  return {out.memory.all().begin(), out.memory.all().end()};
}

namespace {

std::int64_t pick(std::mt19937& random, std::initializer_list<std::int64_t> list) {
  return list.begin()[random() % list.size()];
}

Epilogue random_epilogue(std::mt19937& random) {
  Epilogue e;
  e.bias = random() % 2 == 0;
  if (random() % 3 == 0) e.residual = Epilogue::Residual::before;
  if (random() % 6 == 0) e.residual = Epilogue::Residual::after, e.relu_after = random() % 2 == 0;
  if (random() % 3 == 0) e.function = static_cast<Function>(random() % 9), e.alpha = 0.1F;
  if (random() % 2 == 0) e.low = 0;
  if (random() % 4 == 0) e.high = 6;
  return e;
}

// Windows and sizes; the input is as large as the window at least.
void set_window(ConvProblem& p, std::mt19937& random) {
  p.kernel_h = pick(random, {1, 1, 2, 3, 3, 5, 7});
  p.kernel_w = random() % 3 == 0 ? pick(random, {1, 2, 3, 4}) : p.kernel_h;
  p.stride_h = pick(random, {1, 1, 1, 2, 3});
  p.stride_w = random() % 4 == 0 ? pick(random, {1, 2, 4}) : p.stride_h;
  p.dilation_h = pick(random, {1, 1, 1, 2});
  p.dilation_w = random() % 4 == 0 ? pick(random, {1, 3}) : p.dilation_h;
  // Pads are narrower than the window, so that every window meets the input.
  const auto pad = [&](std::int64_t dilation, std::int64_t kernel) {
    return static_cast<std::int64_t>(random() % 3) % (dilation * (kernel - 1) + 1);
  };
  if (random() % 3 != 0)
    p.pads = {pad(p.dilation_h, p.kernel_h), pad(p.dilation_w, p.kernel_w), pad(p.dilation_h, p.kernel_h),
              pad(p.dilation_w, p.kernel_w)};
  const std::int64_t least_h = p.dilation_h * (p.kernel_h - 1) + 1;
  const std::int64_t least_w = p.dilation_w * (p.kernel_w - 1) + 1;
  p.h = std::max<std::int64_t>(1, least_h) + static_cast<std::int64_t>(random() % 9);
  p.w = std::max<std::int64_t>(1, least_w) + static_cast<std::int64_t>(random() % 31);
  p.n = pick(random, {1, 1, 2, 3});
}

}  // namespace

ConvProblem random_problem(std::mt19937& random) {
  ConvProblem p;
  set_window(p, random);
  p.groups = pick(random, {1, 1, 1, 2, 3, 4});
  p.in_channels =
      p.groups * (random() % 3 == 0 ? pick(random, {16, 32}) : 1 + static_cast<std::int64_t>(random() % 21));
  p.out_channels =
      p.groups * (random() % 2 == 0 ? pick(random, {16, 48, 64, 80}) : 1 + static_cast<std::int64_t>(random() % 70));
  p.epilogue = random_epilogue(random);
  return p;
}

ConvProblem random_depthwise(std::mt19937& random) {
  ConvProblem p;
  set_window(p, random);
  p.groups = p.in_channels = p.out_channels = 2 + static_cast<std::int64_t>(random() % 70);
  p.epilogue = random_epilogue(random);
  return p;
}

}  // namespace dlas::algorithm
