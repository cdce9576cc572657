// Oracles: values worked out by hand, and the real numbers that the units stand for, in float64. That the bytes equal
// LiteRT's is the matter of tests/litert_exact_test.py.
#include "model/op/quantized/quantized.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "model/op/quantized/convert.h"
#include "model/op/quantized/convolution.h"
#include "model/op/quantized/elementwise.h"
#include "model/op/quantized/pool.h"
#include "model/op/quantized/resize.h"
#include "model/op/quantized/softmax.h"

namespace dlas::op::quantized {
namespace {

constexpr Kernels kAll[] = {Kernels::reference, Kernels::builtin, Kernels::xnnpack};

struct Units {
  Tensor tensor;
  std::vector<float> scales;
  std::int32_t zero = 0;
  Input input() const { return {&tensor, scales, zero}; }
  double real(std::int64_t i) const {
    return static_cast<double>(scales[0]) * (static_cast<double>(tensor.integer(i)) - zero);
  }
};

template <typename T>
Units units(Shape shape, std::vector<T> values, float scale, std::int32_t zero = 0) {
  return {Tensor::of<T>(std::move(shape), std::span<const T>(values)), {scale}, zero};
}

template <typename T>
Units random_units(Shape shape, float scale, std::int32_t zero, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> unit(std::numeric_limits<T>::min(), std::numeric_limits<T>::max());
  Tensor t = Tensor::make(dtype_of<T>(), std::move(shape));
  for (T& q : t.mutable_as<T>()) q = static_cast<T>(unit(random));
  return {t, {scale}, zero};
}

struct Target {
  Tensor tensor;
  Output output;
  Target(DType dtype, Shape shape, float scale, std::int32_t zero = 0, Activation activation = Activation::none)
      : tensor(Tensor::make(dtype, std::move(shape))), output{&tensor, scale, zero, activation} {}
  Target(const Target&) = delete;
  double real(std::int64_t i) const {
    return static_cast<double>(output.scale) * (static_cast<double>(tensor.integer(i)) - output.zero);
  }
};

using Values = std::vector<std::int64_t>;

TEST(Quantized, KernelNamesParseBack) {
  for (Kernels k : kAll) EXPECT_EQ(parse_kernels(text(k)), k);
  EXPECT_EQ(parse_kernels("default"), std::nullopt);
}

TEST(Quantized, ActivationBecomesARangeOfUnits) {
  Target y(DType::i8, {1}, 0.05F, -20, Activation::relu6);
  EXPECT_EQ(y.output.range().low, -20);
  EXPECT_EQ(y.output.range().high, 100);  // -20 + 6 / 0.05
  y.output.activation = Activation::relu_n1_to_1;
  EXPECT_EQ(y.output.range().low, -40);
  EXPECT_EQ(y.output.range().high, 0);
  y.output.scale = 1e-30F;  // 6 is far outside
  y.output.activation = Activation::relu6;
  EXPECT_EQ(y.output.range().high, 127);
}

// One pixel, two channels: (3 - 1) 4 + (7 - 1) 5 + 10 = 48; times 0.5 x 0.25 / 0.5 = 0.25: 12, plus zero 2.
TEST(QuantizedConvolution, EqualsASumByHand) {
  const Units x = units<std::int8_t>({1, 1, 1, 2}, {3, 7}, 0.5F, 1),
              w = units<std::int8_t>({1, 1, 1, 2}, {4, 5}, 0.25F);
  const Tensor bias = Tensor::of<std::int32_t>({1}, {10});
  for (Kernels k : kAll) {
    Target y(DType::i8, {1, 1, 1, 1}, 0.5F, 2);
    convolution(x.input(), w.input(), &bias, {}, y.output, k);
    EXPECT_EQ(y.tensor.integers(), Values{14}) << text(k);
  }
}

// Ties: the sums -6, -2, 2, 6 times 1/4. See the same numbers in rounding_test.cpp.
TEST(QuantizedConvolution, RoundsTiesAsItsKernelsDo) {
  const Units x = units<std::int8_t>({1, 1, 4, 1}, {-6, -2, 2, 6}, 1.0F),
              w = units<std::int8_t>({1, 1, 1, 1}, {1}, 0.25F);
  const std::vector<Values> expected = {{-2, -1, 1, 2}, {-1, 0, 1, 2}, {-2, 0, 0, 2}};
  for (Kernels k : kAll) {
    Target y(DType::i8, {1, 1, 4, 1}, 1.0F);
    convolution(x.input(), w.input(), nullptr, {}, y.output, k);
    EXPECT_EQ(y.tensor.integers(), expected[static_cast<std::size_t>(k)]) << text(k);
  }
}

// Grouped, strided, dilated, padded, one scale a channel: against float64 loops over the real numbers.
TEST(QuantizedConvolution, IsWithinOneUnitOfTheRealNumbers) {
  const Units x = random_units<std::int8_t>({2, 6, 7, 4}, 0.02F, 5, 1);
  Units w = random_units<std::int8_t>({6, 3, 2, 2}, 0, 0, 2);
  w.scales = {0.01F, 0.02F, 0.005F, 0.01F, 0.03F, 0.01F};
  const Tensor bias = Tensor::of<std::int32_t>({6}, {100, -2000, 0, 3000, 5, -7});
  const Window window{.stride_h = 2, .stride_w = 1, .dilation_h = 1, .dilation_w = 2, .pad_top = 1, .pad_left = 1};
  for (Kernels k : kAll) {
    Target y(DType::i8, {2, 3, 7, 6}, 0.07F, -3);
    convolution(x.input(), w.input(), &bias, window, y.output, k);
    std::int64_t at = 0;
    for (int b = 0; b < 2; ++b)
      for (int oy = 0; oy < 3; ++oy)
        for (int ox = 0; ox < 7; ++ox)
          for (int o = 0; o < 6; ++o, ++at) {
            const double scale = static_cast<double>(w.scales[static_cast<std::size_t>(o)]);
            double sum = static_cast<double>(bias.integer(o)) * scale * static_cast<double>(0.02F);
            for (int ky = 0; ky < 3; ++ky)
              for (int kx = 0; kx < 2; ++kx)
                for (int c = 0; c < 2; ++c) {
                  const int iy = 2 * oy + ky - 1, ix = ox + 2 * kx - 1;
                  if (iy < 0 || iy >= 6 || ix < 0 || ix >= 7) continue;
                  sum += x.real(((b * 6 + iy) * 7 + ix) * 4 + o / 3 * 2 + c) * scale *
                         static_cast<double>(w.tensor.integer(((o * 3 + ky) * 2 + kx) * 2 + c));
                }
            const double unit = std::clamp(sum / static_cast<double>(0.07F) - 3, -128.0, 127.0);
            ASSERT_NEAR(static_cast<double>(y.tensor.integer(at)), unit, 1.0) << text(k) << " at " << at;
          }
  }
}

// Depthwise equals a grouped convolution with one channel a group; transposed with stride 1 is a padded convolution.
TEST(QuantizedConvolution, DepthwiseEqualsGroups) {
  const Units x = random_units<std::uint8_t>({1, 5, 5, 3}, 0.1F, 120, 3),
              w = random_units<std::uint8_t>({1, 3, 3, 6}, 0.02F, 131, 4);
  Units grouped = w;
  grouped.tensor = Tensor::make(DType::u8, {6, 3, 3, 1});
  for (int o = 0; o < 6; ++o)
    for (int i = 0; i < 9; ++i)
      grouped.tensor.mutable_as<std::uint8_t>()[static_cast<std::size_t>(o * 9 + i)] =
          static_cast<std::uint8_t>(w.tensor.integer(i * 6 + o));
  Target a(DType::u8, {1, 5, 5, 6}, 0.5F, 100), b(DType::u8, {1, 5, 5, 6}, 0.5F, 100);
  const Window window{.pad_top = 1, .pad_left = 1};
  depthwise_convolution(x.input(), w.input(), nullptr, window, a.output, Kernels::reference);
  convolution(x.input(), grouped.input(), nullptr, window, b.output, Kernels::reference);
  EXPECT_TRUE(a.tensor.same_bits(b.tensor));
}

TEST(QuantizedConvolution, TransposedSpreadsOnePixel) {
  const Units x = units<std::int8_t>({1, 1, 1, 1}, {2}, 1.0F), w = units<std::int8_t>({1, 2, 2, 1}, {1, 2, 3, 4}, 1.0F);
  Target y(DType::i8, {1, 3, 3, 1}, 1.0F);
  transposed_convolution(x.input(), w.input(), nullptr, {.pad_top = -1, .pad_left = 0}, y.output, Kernels::reference);
  EXPECT_EQ(y.tensor.integers(), (Values{0, 0, 0, 2, 4, 0, 6, 8, 0}));
}

// int16: a sum above 2^31 is kept. 70000 x 32767 x 127 = 2.9e11, times 2^-24.
TEST(QuantizedFullyConnected, SumsInt16In64Bits) {
  const std::int64_t n = 70000;
  const Units x = units<std::int16_t>({1, n}, std::vector<std::int16_t>(n, 32767), 1.0F);
  const Units w = units<std::int8_t>({1, n}, std::vector<std::int8_t>(n, 127), 0x1p-24F);
  Target y(DType::i16, {1, 1}, 1.0F);
  fully_connected(x.input(), w.input(), nullptr, y.output, Kernels::reference);
  EXPECT_EQ(y.tensor.integers(), Values{17363});  // 291299... / 16777216 = 17362.7
}

TEST(QuantizedElementwise, IsWithinOneUnitOfTheRealNumbers) {
  const Units a = random_units<std::int8_t>({3, 1, 50}, 0.03F, 11, 5),
              b = random_units<std::int8_t>({4, 50}, 0.011F, -7, 6);
  for (Kernels k : kAll) {
    Target sums(DType::i8, {3, 4, 50}, 0.05F, 4), differences(DType::i8, {3, 4, 50}, 0.05F, 4),
        products(DType::i8, {3, 4, 50}, 0.04F, 1);
    sum(a.input(), b.input(), Sign::add, false, sums.output, k);
    sum(a.input(), b.input(), Sign::subtract, false, differences.output, k);
    product(a.input(), b.input(), products.output, k);
    for (std::int64_t i = 0; i < 600; ++i) {
      const double left = a.real(i / 200 * 50 + i % 50), right = b.real(i % 200);
      const auto near = [&](const Target& y, double real) {
        const double unit = real / static_cast<double>(y.output.scale) + y.output.zero;
        EXPECT_NEAR(static_cast<double>(y.tensor.integer(i)), std::clamp(unit, -128.0, 127.0), 1.0)
            << text(k) << " " << i;
      };
      near(sums, left + right);
      near(differences, left - right);
      near(products, left * right);
    }
  }
}

TEST(QuantizedElementwise, ShiftsInt16WithScalesOfPowersOfTwo) {
  const Units a = units<std::int16_t>({3}, {5, -5, 32767}, 0x1p-15F),
              b = units<std::int16_t>({3}, {1, 1, 32767}, 0x1p-14F);
  Target y(DType::i16, {3}, 0x1p-14F);
  sum(a.input(), b.input(), Sign::add, true, y.output, Kernels::reference);
  EXPECT_EQ(y.tensor.integers(), (Values{4, -2, 32767}));  // 2.5 -> 3, -2.5 -> -3, saturated
}

TEST(QuantizedRectifier, LeakyReluScalesWhatIsNegative) {
  const Units x = units<std::int8_t>({3}, {-100, 0, 50}, 0.1F);
  for (Kernels k : kAll) {
    Target y(DType::i8, {3}, 0.1F, 10);
    leaky_relu(x.input(), 0.25F, y.output, k);
    EXPECT_EQ(y.tensor.integers(), (Values{-15, 10, 60})) << text(k);
  }
}

double logistic(double v) { return 1 / (1 + std::exp(-v)); }

TEST(QuantizedFunctions, OfSixteenBitsAreWithinTwoUnits) {
  Tensor all = Tensor::make(DType::i16, {65536});
  for (int i = 0; i < 65536; ++i)
    all.mutable_as<std::int16_t>()[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(i - 32768);
  for (float scale : {0x1p-12F, 0.0003F}) {  // a power of two, and not
    const Units x{all, {scale}, 0};
    Target a(DType::i16, {65536}, 0x1p-15F), b(DType::i16, {65536}, 0x1p-15F);
    logistic_16(x.input(), a.output);
    tanh_16(x.input(), b.output);
    for (std::int64_t i = 0; i < 65536; i += 7) {
      // The table's straight lines are off by up to h^2 / 8 times the largest second derivative, 0.1 for the logistic
      // function: (1/24)^2 / 8 x 0.1 x 32768 = 0.7 units; twice that for tanh, and half a unit of rounding each.
      EXPECT_NEAR(static_cast<double>(a.tensor.integer(i)), std::min(32767.0, logistic(x.real(i)) * 32768), 2.0) << i;
      EXPECT_NEAR(static_cast<double>(b.tensor.integer(i)), std::min(32767.0, std::tanh(x.real(i)) * 32768), 3.0) << i;
    }
  }
}

TEST(QuantizedFunctions, HardSwishIsWithinOneUnit) {
  for (float scale : {0.02F, 0.05F, 0.1F}) {
    Tensor all = Tensor::make(DType::i8, {256});
    for (int i = 0; i < 256; ++i)
      all.mutable_as<std::int8_t>()[static_cast<std::size_t>(i)] = static_cast<std::int8_t>(i - 128);
    const Units x{all, {scale}, -10};
    Target y(DType::i8, {256}, scale, -20);
    hard_swish(x.input(), y.output);
    for (std::int64_t i = 0; i < 256; ++i) {
      const double v = x.real(i), exact = v * std::clamp(v + 3, 0.0, 6.0) / 6;
      EXPECT_NEAR(static_cast<double>(y.tensor.integer(i)),
                  std::clamp(exact / static_cast<double>(scale) - 20, -128.0, 127.0), 1.01)
          << i;
    }
  }
}

TEST(QuantizedFunctions, TableRoundsTheFunctionOfEachUnit) {
  const Units x = units<std::uint8_t>({3}, {0, 128, 255}, 0.1F, 128);
  Target y(DType::u8, {3}, 1.0F / 256);
  by_table(x.input(), [](float v) { return 1 / (1 + std::exp(-v)); }, y.output);
  EXPECT_EQ(y.tensor.integers(), (Values{0, 128, 255}));
}

TEST(QuantizedSoftmax, IsWithinOneUnitOfTheRealNumbers) {
  const Units x = random_units<std::int8_t>({7, 23}, 0.1F, 3, 9);
  for (Kernels k : kAll) {
    Target y(DType::i8, {7, 23}, 1.0F / 256, -128);
    softmax(x.input(), 0.5F, y.output, k);
    for (int row = 0; row < 7; ++row) {
      double sum = 0;
      for (int i = 0; i < 23; ++i) sum += std::exp(0.5 * x.real(row * 23 + i));
      for (int i = 0; i < 23; ++i)
        EXPECT_NEAR(y.real(row * 23 + i) * 256, std::min(255.0, std::exp(0.5 * x.real(row * 23 + i)) / sum * 256), 1.0);
    }
  }
}

TEST(QuantizedSoftmax, OfSixteenBitsIsWithinAThousandth) {
  const Units x = random_units<std::int16_t>({4, 9}, 0x1p-13F, 0, 10);
  Target y(DType::i16, {4, 9}, 0x1p-15F);
  softmax(x.input(), 1.0F, y.output, Kernels::reference);
  for (int row = 0; row < 4; ++row) {
    double sum = 0;
    for (int i = 0; i < 9; ++i) sum += std::exp(x.real(row * 9 + i));
    for (int i = 0; i < 9; ++i) EXPECT_NEAR(y.real(row * 9 + i), std::exp(x.real(row * 9 + i)) / sum, 1e-3);
  }
}

TEST(QuantizedPool, AverageCountsOnlyWhatIsInside) {
  const Units x = units<std::int8_t>({1, 2, 2, 1}, {1, 2, -3, -4}, 1.0F);
  Target y(DType::i8, {1, 2, 2, 1}, 1.0F);
  average_pool(x.input(), 2, 2, {.pad_top = 1, .pad_left = 0}, y.output);
  EXPECT_EQ(y.tensor.integers(), (Values{2, 2, -1, -1}));  // 1.5, 2 / -1, -1: ties away from zero
}

TEST(QuantizedPool, MaximumHeedsTheActivation) {
  const Units x = units<std::int8_t>({1, 2, 2, 1}, {1, 2, -3, -4}, 0.5F, 0);
  Target y(DType::i8, {1, 1, 2, 1}, 0.5F, 0, Activation::relu);
  max_pool(x.input(), 1, 1, {.stride_h = 2, .pad_top = -1}, y.output);
  EXPECT_EQ(y.tensor.integers(), (Values{0, 0}));
}

TEST(QuantizedReduce, MeanAndSumAreWithinOneUnit) {
  const Units x = random_units<std::uint8_t>({2, 5, 7, 3}, 0.1F, 100, 12);
  const std::vector<std::int64_t> axes = {1, 2};
  for (Kernels k : kAll) {
    Target mean(DType::u8, {2, 1, 1, 3}, 0.02F, 90), total(DType::u8, {2, 3}, 3.0F, 90);
    reduce(x.input(), Reduction::mean, axes, true, mean.output, k);
    reduce(x.input(), Reduction::sum, axes, false, total.output, k);
    for (int b = 0; b < 2; ++b)
      for (int c = 0; c < 3; ++c) {
        double sum = 0;
        for (int i = 0; i < 35; ++i) sum += x.real((b * 35 + i) * 3 + c);
        const auto unit = [](double real, double scale) { return std::clamp(real / scale + 90, 0.0, 255.0); };
        EXPECT_NEAR(static_cast<double>(mean.tensor.integer(b * 3 + c)), unit(sum / 35, 0.02), 1.0) << text(k);
        EXPECT_NEAR(static_cast<double>(total.tensor.integer(b * 3 + c)), unit(sum, 3), 1.0) << text(k);
      }
  }
}

TEST(QuantizedConvert, RoundsHalfAwayAndSaturates) {
  const Tensor real = Tensor::of<float>({6}, {0.25F, -0.25F, 1e30F, -INFINITY, NAN, 0.1F});
  Target y(DType::i8, {6}, 0.5F, 3);
  quantize({&real, {}, 0}, y.output, Kernels::reference);
  EXPECT_EQ(y.tensor.integers(), (Values{4, 2, 127, -128, -128, 3}));
}

TEST(QuantizedConvert, DequantizesEachChannelByItsScale) {
  Units x = units<std::int8_t>({2, 2}, {1, 2, 3, 4}, 0.5F);
  x.scales = {0.5F, 2.0F};
  Tensor columns = Tensor::make(DType::f32, {2, 2});
  dequantize(x.input(), 1, columns, Kernels::reference);
  EXPECT_EQ(std::vector<float>(columns.as<float>().begin(), columns.as<float>().end()),
            (std::vector<float>{0.5F, 4, 1.5F, 8}));
}

TEST(QuantizedConvert, ConcatenatesOtherScalesInTheOutputsUnits) {
  const Units a = units<std::uint8_t>({2, 1}, {10, 20}, 1.0F),
              b = units<std::uint8_t>({2, 2}, {10, 20, 30, 255}, 2.0F, 10);
  Target y(DType::u8, {2, 3}, 1.0F);
  const Input inputs[] = {a.input(), b.input()};
  concatenate(inputs, 1, y.output);
  EXPECT_EQ(y.tensor.integers(), (Values{10, 0, 20, 20, 40, 255}));
}

TEST(QuantizedResize, NearestAndBilinearByHand) {
  const Units x = units<std::int8_t>({1, 1, 2, 1}, {0, 100}, 1.0F);
  Target y(DType::i8, {1, 1, 4, 1}, 1.0F);
  resize_bilinear(x.input(), {}, y.output, Kernels::reference);
  EXPECT_EQ(y.tensor.integers(), (Values{0, 50, 100, 100}));
  resize_bilinear(x.input(), {.half_pixel_centers = true}, y.output, Kernels::reference);
  EXPECT_EQ(y.tensor.integers(), (Values{0, 25, 75, 100}));
  resize_nearest(x.tensor, {}, y.tensor);
  EXPECT_EQ(y.tensor.integers(), (Values{0, 0, 100, 100}));
}

}  // namespace
}  // namespace dlas::op::quantized
