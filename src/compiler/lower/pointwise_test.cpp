#include "compiler/lower/pointwise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

namespace dlas::compiler {
namespace {

// Units in the last place of the true answer.
double off(float found, double exact) {
  if (std::isnan(exact)) return std::isnan(found) ? 0 : 1e9;
  const auto rounded = static_cast<float>(exact);
  if (found == rounded) return 0;
  const double unit = std::nextafter(std::fabs(rounded), std::numeric_limits<float>::infinity()) - std::fabs(rounded);
  return std::fabs(found - exact) / std::max(unit, 0x1p-149);
}

double worst(const PointStep& step, const std::function<double(double)>& exact, double low, double high) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> any(low, high);
  double most = 0;
  std::vector<float> x(1003), y;
  for (int round = 0; round < 50; ++round) {
    for (float& v : x) v = static_cast<float>(any(random));
    y = x;
    apply(step, y.data(), nullptr, false, std::ssize(y));
    for (std::size_t i = 0; i < x.size(); ++i) most = std::max(most, off(y[i], exact(x[i])));
  }
  return most;
}

TEST(Pointwise, ExponentialsAreWithinTwoUnits) {
  EXPECT_LE(worst({PointOp::exp}, [](double x) { return std::exp(x); }, -87, 88), 2);
  EXPECT_LE(worst({PointOp::exp}, [](double x) { return std::exp(x); }, -1, 1), 2);
  EXPECT_LE(worst({PointOp::sigmoid}, [](double x) { return 1 / (1 + std::exp(-x)); }, -20, 20), 4);
  EXPECT_LE(worst({PointOp::silu, 1}, [](double x) { return x / (1 + std::exp(-x)); }, -20, 20), 4);
}

TEST(Pointwise, ExponentialsReachTheEndsOfTheRange) {
  std::vector<float> x{-1000,
                       -104,
                       -103,
                       88.7F,
                       88.8F,
                       1000,
                       -std::numeric_limits<float>::infinity(),
                       std::numeric_limits<float>::infinity(),
                       std::nanf("")};
  std::vector<float> y = x;
  apply({PointOp::exp}, y.data(), nullptr, false, std::ssize(y));
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_LE(off(y[i], std::exp(static_cast<double>(x[i]))), 2) << x[i];
}

TEST(Pointwise, TheRestIsWhatTheOperatorsSay) {
  EXPECT_LE(worst({PointOp::gelu}, [](double x) { return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0))); }, -3, 3), 1);
  EXPECT_LE(worst({PointOp::mish}, [](double x) { return x * std::tanh(std::log1p(std::exp(x))); }, -5, 5), 4);
  EXPECT_EQ(worst({PointOp::leaky_relu, 0.125F}, [](double x) { return x < 0 ? 0.125 * x : x; }, -5, 5), 0);
  EXPECT_EQ(worst({PointOp::clamp, 0, 6}, [](double x) { return std::min(6.0, std::max(0.0, x)); }, -5, 9), 0);
}

TEST(Pointwise, HardFunctionsAreStraightLines) {
  std::vector<float> x{-4, -3, -1.5F, 0, 1.5F, 3, 4}, y = x;
  apply({PointOp::hard_sigmoid, 0.25F, 0.5F}, y.data(), nullptr, false, std::ssize(y));
  EXPECT_EQ(y, (std::vector<float>{0, 0, 0.125F, 0.5F, 0.875F, 1, 1}));
  y = x;
  apply({PointOp::hard_swish}, y.data(), nullptr, false, std::ssize(y));
  const std::vector<double> exact{0, 0, -0.375, 0, 1.125, 3, 4};
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(y[i], exact[i], 1e-6);
}

TEST(Pointwise, TwoNumbersAreTakenInTheirOrder) {
  const auto of = [](PointOp op, bool repeated) {
    std::vector<float> x(19, 6), y(19, 3);
    apply({op}, x.data(), y.data(), repeated, 19);
    for (const float v : x) EXPECT_EQ(v, x[0]);
    return x[0];
  };
  for (const bool repeated : {false, true}) {
    EXPECT_EQ(of(PointOp::sub, repeated), 3);
    EXPECT_EQ(of(PointOp::reverse_sub, repeated), -3);
    EXPECT_EQ(of(PointOp::div, repeated), 2);
    EXPECT_EQ(of(PointOp::reverse_div, repeated), 0.5);
    EXPECT_EQ(of(PointOp::max, repeated), 6);
    EXPECT_EQ(of(PointOp::min, repeated), 3);
  }
}

}  // namespace
}  // namespace dlas::compiler
