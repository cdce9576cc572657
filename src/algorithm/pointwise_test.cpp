// Element-wise code against float64, on all targets that this processor has.
#include "algorithm/pointwise.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "algorithm/conv_testing.h"

namespace dlas::algorithm {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

struct Function {
  PointOp op;
  double units;  // of the last place that the result may be off by
  double a, b;
  double (*exact)(double x);
  double extra = 0;  // more units: extra * x^2
};

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

const Function kFunctions[] = {
    {PointOp::clamp, 0, -1, 6, [](double x) { return x < -1  ? -1
                                                     : x > 6 ? 6
                                                             : x; }},
    {PointOp::sigmoid, 4, 0, 0, sigmoid},
    {PointOp::silu, 5, 1, 0, [](double x) { return x * sigmoid(x); }},
    {PointOp::hard_swish, 6, 0, 0, [](double x) { return x * std::min(1.0, std::max(0.0, x / 6 + 0.5)); }},
    {PointOp::leaky_relu, 1, 0.125, 0, [](double x) { return x < 0 ? x * 0.125 : x; }},
    {PointOp::tanh, 6, 0, 0, [](double x) { return std::tanh(x); }},
    {PointOp::gelu, 12, 0, 0, [](double x) { return x * std::erfc(-x / std::sqrt(2.0)) / 2; }, 2.5},
    {PointOp::mish, 9, 0, 0, [](double x) { return x * std::tanh(std::log1p(std::exp(x))); }},
    {PointOp::exp, 2, 0, 0, [](double x) { return std::exp(x); }},
    {PointOp::log, 2, 0, 0, [](double x) { return std::log(x); }},
    {PointOp::erf, 4, 0, 0, [](double x) { return std::erf(x); }},
    {PointOp::sqrt, 1, 0, 0, [](double x) { return std::sqrt(x); }},
    {PointOp::reciprocal, 1, 0, 0, [](double x) { return 1 / x; }},
    {PointOp::neg, 0, 0, 0, [](double x) { return -x; }},
    {PointOp::abs, 0, 0, 0, [](double x) { return std::fabs(x); }},
    {PointOp::elu, 4, 1, 0, [](double x) { return x < 0 ? std::expm1(x) : x; }},
    {PointOp::softplus, 4, 0, 0, [](double x) { return std::log1p(std::exp(-std::fabs(x))) + std::max(x, 0.0); }},
};

// Numbers of all sizes with both signs, and the edges.
std::vector<float> numbers() {
  std::vector<float> out = {0.0F, -0.0F, 1,      -1,    kInfinity, -kInfinity, kNan, 88,
                            -88,  104,   1e-40F, 3e38F, -3e38F,    0.7F,       -0.7F};
  std::mt19937 random(5);
  std::uniform_real_distribution<float> exponent(-20, 8), near(-12, 12);
  for (int i = 0; i < 20000; ++i) {
    out.push_back((i % 2 == 0 ? 1.0F : -1.0F) * std::exp2(exponent(random)));
    out.push_back(near(random));
  }
  return out;
}

double unit_of(double value) {
  const float nearest = std::fabs(static_cast<float>(value));
  return std::max<double>(std::nextafter(nearest, kInfinity) - static_cast<double>(nearest), 1.2e-38 / (1 << 23));
}

TEST(Pointwise, IsWithinItsErrorOfFloat64) {
  const std::vector<float> x = numbers();
  for (const Target& target : targets_here())
    for (const Function& f : kFunctions) {
      std::vector<float> y = x;
      vector_code(target.name)
          .point({.op = f.op, .a = float(f.a), .b = float(f.b), .x = y.data(), .n = std::int64_t(y.size())});
      double worst = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double exact = f.exact(x[i]);
        if (std::isnan(exact) || std::isinf(static_cast<float>(exact))) {
          EXPECT_TRUE(std::isnan(exact) ? std::isnan(y[i]) || std::isinf(x[i]) : y[i] == static_cast<float>(exact))
              << static_cast<int>(f.op) << "(" << x[i] << ") is " << y[i];
          continue;
        }
        // What underflows may be lost as a whole.
        const double off = std::fabs(y[i] - exact) / unit_of(exact) - f.extra * double(x[i]) * double(x[i]);
        if (std::fabs(exact) > 1e-36) worst = std::max(worst, off);
        else EXPECT_LT(std::fabs(y[i]), 2e-36) << static_cast<int>(f.op) << "(" << x[i] << ")";
      }
      EXPECT_LE(worst, f.units) << "operator " << static_cast<int>(f.op) << " on " << target.name;
    }
}

TEST(Pointwise, TakesTwoNumbersOrOneForAll) {
  for (const Target& target : targets_here()) {
    const auto run = [&](PointOp op, std::vector<float> x, std::vector<float> y) {
      vector_code(target.name)
          .point({.op = op, .x = x.data(), .y = y.data(), .repeated = y.size() == 1, .n = std::int64_t(x.size())});
      return x;
    };
    using testing::ElementsAre;
    EXPECT_THAT(run(PointOp::add, {1, 2, 3}, {10, 20, 30}), ElementsAre(11, 22, 33));
    EXPECT_THAT(run(PointOp::reverse_sub, {1, 2, 3}, {10}), ElementsAre(9, 8, 7));
    EXPECT_THAT(run(PointOp::reverse_div, {1, 2, 4}, {8}), ElementsAre(8, 4, 2));
    EXPECT_THAT(run(PointOp::prelu, {-1, 2, -4}, {0.5}), ElementsAre(-0.5, 2, -2));
    EXPECT_THAT(run(PointOp::max, {-1, kNan, 4}, {0}), ElementsAre(0, testing::IsNan(), 4));
    EXPECT_THAT(run(PointOp::min, {-1, 2, 4}, {kNan}), testing::Each(testing::IsNan()));
    std::vector<float> many(37, 2), other(37);
    for (std::size_t i = 0; i < 37; ++i) other[i] = static_cast<float>(i);
    const std::vector<float> product = run(PointOp::mul, many, other);
    for (std::size_t i = 0; i < 37; ++i) EXPECT_EQ(product[i], 2 * static_cast<float>(i));
  }
}

// A chain on pixels is the same operators one after the other on single numbers.
TEST(Chain, IsItsStepsOnEveryNumber) {
  std::mt19937 random(6);
  std::normal_distribution<float> number;
  for (const Target& target : targets_here())
    for (const std::int64_t channels : {1, 5, 16, 40, 700, 2048, 5000}) {
      const std::int64_t width = 7, stride = channels + 3, padding = 2;
      std::vector<float> in(static_cast<std::size_t>(width * stride)), whole(in.size()), out(in.size(), 9);
      std::vector<float> by_channel(static_cast<std::size_t>(channels)), by_pixel(static_cast<std::size_t>(width));
      for (auto* list : {&in, &whole, &by_channel, &by_pixel})
        for (float& x : *list) x = number(random);
      const float one = 0.5F;
      const ChainStep steps[] = {{.op = PointOp::mul, .y = by_channel.data()},
                                 {.op = PointOp::add, .y = whole.data(), .y_x = stride},
                                 {.op = PointOp::mul, .y = by_pixel.data(), .y_x = 1, .repeated = true},
                                 {.op = PointOp::add, .y = &one, .repeated = true},
                                 {.op = PointOp::clamp, .a = 0, .b = 6}};
      vector_code(target.name)
          .chain({.steps = steps,
                  .count = 5,
                  .in = in.data(),
                  .in_x = stride,
                  .out = out.data(),
                  .out_x = stride,
                  .width = width,
                  .channels = channels,
                  .padding = padding});
      for (std::int64_t x = 0; x < width; ++x) {
        for (std::int64_t c = 0; c < channels; ++c) {
          const auto i = static_cast<std::size_t>(x * stride + c);
          const float v =
              (in[i] * by_channel[static_cast<std::size_t>(c)] + whole[i]) * by_pixel[static_cast<std::size_t>(x)] +
              one;
          ASSERT_EQ(out[i], std::min(6.0F, std::max(0.0F, v)))
              << target.name << " " << channels << " at " << x << "," << c;
        }
        for (std::int64_t c = channels; c < stride; ++c)
          ASSERT_EQ(out[static_cast<std::size_t>(x * stride + c)], c < channels + padding ? 0 : 9);
      }
    }
}

}  // namespace
}  // namespace dlas::algorithm
