// Pools and LRN against loops in float64, on all targets that this processor has.
#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "algorithm/conv_testing.h"
#include "algorithm/guarded_testing.h"
#include "algorithm/pointwise.h"

namespace dlas::algorithm {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

// One output of the pool, straight from its definition.
double pooled(const PoolRun& r, std::int64_t x, std::int64_t c) {
  double sum = 0, most = -std::numeric_limits<double>::infinity();
  int inside = 0, padded = 0;
  for (std::int64_t ky = 0; ky < r.kernel_h; ++ky)
    for (std::int64_t kx = 0; kx < r.kernel_w; ++kx) {
      const std::int64_t iy = r.y * r.stride_h + ky * r.dilation_h - r.pads.top;
      const std::int64_t ix = x * r.stride_w + kx * r.dilation_w - r.pads.left;
      if (iy < r.h + r.pads.bottom && ix < r.w + r.pads.right) ++padded;
      if (iy < 0 || iy >= r.h || ix < 0 || ix >= r.w) continue;
      const double v = r.in[iy * r.in_y + ix * r.in_x + c];
      ++inside, sum += v, most = std::max(most, v);
    }
  if (inside == 0) return 0;
  return r.mean ? sum / (r.counts_padding ? padded : inside) : most;
}

std::int64_t below(std::mt19937& random, std::int64_t end) {
  return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(end));
}

PoolRun random_pool(std::mt19937& random) {
  PoolRun r{.mean = random() % 2 == 0, .counts_padding = random() % 2 == 0};
  r.kernel_h = 1 + below(random, 4), r.kernel_w = 1 + below(random, 4);
  r.stride_h = 1 + below(random, 3), r.stride_w = 1 + below(random, 3);
  r.dilation_h = 1 + below(random, 2), r.dilation_w = 1 + below(random, 2);
  r.pads = {below(random, r.kernel_h), below(random, r.kernel_w), below(random, r.kernel_h), below(random, r.kernel_w)};
  r.h = 1 + below(random, 9), r.w = 1 + below(random, 12);
  r.channels = kChannelBlock * (1 + below(random, 6));
  // As many columns as ceil_mode would give: the last windows may begin in the padding.
  r.width = std::max<std::int64_t>(1, (r.w + r.pads.left + r.pads.right - 1) / r.stride_w);
  r.in_x = r.out_x = r.channels, r.in_y = r.in_x * r.w;
  r.low = -kInfinity, r.high = random() % 4 == 0 ? 0.5F : kInfinity;
  return r;
}

TEST(Pool, GivesMeansAndMaximaOfRandomWindows) {
  std::mt19937 random(3);
  std::normal_distribution<float> number;
  for (int trial = 0; trial < 300; ++trial)
    for (const Target& target : targets_here()) {
      PoolRun r = random_pool(random);
      const Guarded in(static_cast<std::size_t>(r.h * r.in_y)), out(static_cast<std::size_t>(r.width * r.out_x));
      for (float& x : in.all()) x = number(random);
      r.in = in.data(), r.out = out.data();
      for (r.y = 0; r.y < (r.h + r.pads.top + r.pads.bottom) / r.stride_h; ++r.y) {
        vector_code(target.name).pool(r);
        for (std::int64_t x = 0; x < r.width; ++x)
          for (std::int64_t c = 0; c < r.channels; ++c) {
            const double exact = std::min<double>(r.high, pooled(r, x, c));
            // Sums of up to sixteen numbers of about one to five, each addition rounded.
            ASSERT_NEAR(out.data()[x * r.out_x + c], exact, r.mean ? 16 * 5 * std::ldexp(1.0, -23) : 0)
                << target.name << " trial " << trial << " row " << r.y << " column " << x;
          }
      }
    }
}

TEST(Pool, KeepsNanInAMaximum) {
  for (const Target& target : targets_here())
    for (int place = 0; place < 3; ++place) {
      const Guarded in(48), out(16);
      for (float& x : in.all()) x = 1;
      for (int c = 0; c < 16; ++c) in.data()[place * 16 + c] = kNan;
      vector_code(target.name)
          .pool({.in = in.data(),
                 .in_x = 16,
                 .in_y = 48,
                 .h = 1,
                 .w = 3,
                 .kernel_w = 3,
                 .out = out.data(),
                 .out_x = 16,
                 .width = 1,
                 .channels = 16,
                 .low = 0,
                 .high = 6});
      EXPECT_THAT(out.all(), testing::Each(testing::IsNan())) << target.name;
    }
}

TEST(Lrn, IsItsFormulaForEveryBeta) {
  std::mt19937 random(4);
  std::normal_distribution<float> number;
  for (const Target& target : targets_here())
    for (const float beta : {0.75F, 0.5F, 1.0F})
      for (const std::int64_t channels : {1, 3, 16, 37, 96}) {
        const Guarded in(static_cast<std::size_t>(channels)), out(static_cast<std::size_t>(channels));
        for (float& x : in.all()) x = 3 * number(random);
        const LrnRun r{.in = in.data(),
                       .out = out.data(),
                       .channels = channels,
                       .before = 2,
                       .after = 1,
                       .scale = 0.3F,
                       .beta = beta,
                       .bias = 2};
        vector_code(target.name).lrn(r);
        for (std::int64_t c = 0; c < channels; ++c) {
          double sum = 0;
          for (std::int64_t k = std::max<std::int64_t>(0, c - 2); k <= std::min(channels - 1, c + 1); ++k)
            sum += static_cast<double>(in.data()[k]) * in.data()[k];
          const double exact = in.data()[c] / std::pow(2 + static_cast<double>(0.3F) * sum, static_cast<double>(beta));
          // Seven roundings below the power, and those of exp and log (functions.h) for an unusual beta.
          EXPECT_NEAR(out.data()[c], exact, 20 * std::ldexp(std::fabs(exact), -23)) << target.name << " beta " << beta;
        }
      }
}

}  // namespace
}  // namespace dlas::algorithm
