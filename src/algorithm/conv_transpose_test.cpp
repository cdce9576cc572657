// Transposed convolutions against loops in float64 that add each input pixel to the outputs it reaches.
#include "algorithm/conv_transpose_problem.h"

#include <gtest/gtest.h>

#include <cmath>

#include "algorithm/conv_testing.h"
#include "algorithm/picture_testing.h"

namespace dlas::algorithm {
namespace {

std::int64_t below(std::mt19937& random, std::int64_t end) {
  return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(end));
}

ConvTransposeProblem random_transpose(std::mt19937& random) {
  ConvTransposeProblem p{.n = 1 + below(random, 2), .h = 1 + below(random, 7), .w = 1 + below(random, 17)};
  p.groups = 1 + below(random, 2);
  p.in_channels = p.groups * (1 + below(random, 20)), p.out_channels = p.groups * (1 + below(random, 40));
  p.kernel_h = 1 + below(random, 5), p.kernel_w = 1 + below(random, 5);
  p.stride_h = 1 + below(random, 3), p.stride_w = 1 + below(random, 4);
  p.dilation_h = 1 + below(random, 3), p.dilation_w = 1 + below(random, 3);
  const auto whole = [](std::int64_t in, std::int64_t s, std::int64_t k, std::int64_t d) {
    return (in - 1) * s + (k - 1) * d + 1;
  };
  const std::int64_t h = whole(p.h, p.stride_h, p.kernel_h, p.dilation_h),
                     w = whole(p.w, p.stride_w, p.kernel_w, p.dilation_w);
  p.pad_top = below(random, std::min<std::int64_t>(h, 3)), p.pad_left = below(random, std::min<std::int64_t>(w, 3));
  p.out_h = h - p.pad_top + below(random, 3), p.out_w = w - p.pad_left + below(random, 3);  // output padding, too
  p.epilogue.bias = random() % 2 == 0;
  if (random() % 3 == 0) p.epilogue.residual = Epilogue::Residual::before;
  if (random() % 2 == 0) p.epilogue.low = 0;
  return p;
}

// Sums, and the sums of the magnitudes of their terms.
struct Exact {
  std::vector<double> value, magnitude;
};

Exact exact(const ConvTransposeProblem& p, const Picture& in, const Picture& residual, const Tensor& weights,
            const Tensor& bias) {
  Exact out;
  out.value.resize(static_cast<std::size_t>(p.n * p.out_h * p.out_w * p.out_channels));
  out.magnitude = out.value;
  const auto add = [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t o, double term) {
    const auto i = static_cast<std::size_t>(((n * p.out_h + y) * p.out_w + x) * p.out_channels + o);
    out.value[i] += term, out.magnitude[i] += std::abs(term);
  };
  const std::int64_t of_group = p.in_channels / p.groups;
  for (std::int64_t n = 0; n < p.n; ++n)
    for (std::int64_t o = 0; o < p.out_channels; ++o) {
      for (std::int64_t y = 0; y < p.out_h; ++y)
        for (std::int64_t x = 0; x < p.out_w; ++x) {
          if (!bias.absent()) add(n, y, x, o, bias.number(o));
          if (p.epilogue.residual == Epilogue::Residual::before) add(n, y, x, o, residual.at(n, y, x, o));
        }
      for (std::int64_t iy = 0; iy < p.h; ++iy)
        for (std::int64_t ix = 0; ix < p.w; ++ix)
          for (std::int64_t ky = 0; ky < p.kernel_h; ++ky)
            for (std::int64_t kx = 0; kx < p.kernel_w; ++kx) {
              const std::int64_t y = iy * p.stride_h + ky * p.dilation_h - p.pad_top;
              const std::int64_t x = ix * p.stride_w + kx * p.dilation_w - p.pad_left;
              if (y < 0 || y >= p.out_h || x < 0 || x >= p.out_w) continue;
              const std::int64_t first = o / (p.out_channels / p.groups) * of_group;
              for (std::int64_t c = 0; c < of_group; ++c)
                add(n, y, x, o,
                    weights.number(((o * p.kernel_h + ky) * p.kernel_w + kx) * of_group + c) *
                        in.at(n, iy, ix, first + c));
            }
    }
  return out;
}

TEST(ConvTranspose, GivesTheSumsOfRandomProblems) {
  std::mt19937 random(11);
  for (int trial = 0; trial < 120; ++trial)
    for (const Target& target : targets_here()) {
      const ConvTransposeProblem p = random_transpose(random);
      const Tensor weights = random_tensor({p.out_channels, p.kernel_h, p.kernel_w, p.in_channels / p.groups}, random);
      const Tensor bias = p.epilogue.bias ? random_tensor({p.out_channels}, random) : Tensor();
      const auto kernel = prepare(p, target, weights, bias);
      ASSERT_TRUE(kernel.ok()) << kernel.error().message();
      const Border border = trial % 2 == 0 ? Border{} : (*kernel)->border();
      Picture in(p.n, p.h, p.w, p.in_channels, border), out(p.n, p.out_h, p.out_w, p.out_channels, {});
      Picture residual(p.n, p.out_h, p.out_w, p.out_channels, {});
      fill(in, random), fill(residual, random);
      const Guarded scratch((*kernel)->scratch_bytes(border, 1) / sizeof(float));
      Arguments arguments{.in = in.view, .out = out.view, .scratch = reinterpret_cast<std::byte*>(scratch.data())};
      if (p.epilogue.residual != Epilogue::Residual::none) arguments.residual = residual.view;
      (*kernel)->run(arguments, border, backward_loop());

      const Exact sums = exact(p, in, residual, weights, bias);
      std::size_t i = 0;
      for (std::int64_t n = 0; n < p.n; ++n)
        for (std::int64_t y = 0; y < p.out_h; ++y)
          for (std::int64_t x = 0; x < p.out_w; ++x)
            for (std::int64_t o = 0; o < p.out_channels; ++o, ++i)
              // As many roundings as terms, and those of the zeros that fill up four channels.
              ASSERT_NEAR(out.at(n, y, x, o), std::max<double>(p.epilogue.low, sums.value[i]),
                          (25.0 * 24 + 3) * std::ldexp(sums.magnitude[i], -24))
                  << text(p) << " on " << target.name << " at " << y << "," << x << "," << o;
    }
}

TEST(ConvTranspose, RefusesWeightsOfAnotherShape) {
  const ConvTransposeProblem p{.in_channels = 2, .out_channels = 3};
  EXPECT_EQ(prepare(p, native(), Tensor::make(DType::f32, {2, 1, 1, 3}), Tensor()).error().message(),
            "expected weights float32 [3,1,1,2], found float32 [2,1,1,3]");
}

}  // namespace
}  // namespace dlas::algorithm
