#include "compiler/fast_math.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "model/op/elementwise.h"
#include "model/op/softmax_rows.h"

namespace dlas::compiler {
namespace {

// p[0] x^n + p[1] x^(n - 1) + ... + p[n]
template <std::size_t N>
float polynomial(const float (&p)[N], float x) {
  float y = p[0];
  for (std::size_t i = 1; i < N; ++i) y = y * x + p[i];
  return y;
}

template <float (*F)(float)>
Status map(const Call& call) {
  return op::map_floats(call, [](double x) { return static_cast<double>(F(static_cast<float>(x))); });
}

float fast_sigmoid_of(float x) { return 1.0F / (1.0F + fast_exp_of(-x)); }

Status softmax(const Call& call) {
  const auto& a = call.attributes<op::SoftmaxAttributes>();
  std::vector<double> x = op::reals(call, 0);
  op::for_each_row(a, call.in[0].shape(), [&](std::int64_t first, std::int64_t stride, std::int64_t size) {
    const auto at = [&](std::int64_t i) -> double& { return x[static_cast<std::size_t>(first + i * stride)]; };
    double most = -std::numeric_limits<double>::infinity(), sum = 0;
    for (std::int64_t i = 0; i < size; ++i) most = std::max(most, at(i) *= a.beta);
    for (std::int64_t i = 0; i < size; ++i) sum += at(i) = fast_exp_of(static_cast<float>(at(i) - most));
    for (std::int64_t i = 0; i < size; ++i) at(i) /= sum;
  });
  op::store(x, call.out[0]);
  return {};
}

Op unary(std::string_view name, Status (*run)(const Call&)) {
  return {.name = name, .inputs = "x", .outputs = "y", .infer = op::float_types, .run = run, .elementwise = true};
}

}  // namespace

float fast_exp_of(float x) {
  if (std::isnan(x)) return x;
  x = std::clamp(x, -87.3F, 88.37F);
  const float n = std::floor(x * 1.44269504088896341F + 0.5F);
  const float r = x - n * 0.693359375F - n * -2.12194440e-4F;  // ln 2 in two parts
  const float p = polynomial(
      {1.9875691500e-4F, 1.3981999507e-3F, 8.3334519073e-3F, 4.1665795894e-2F, 1.6666665459e-1F, 5.0000001201e-1F}, r);
  const float y = p * r * r + r + 1.0F;
  return std::ldexp(y, static_cast<int>(n));
}

float fast_tanh_of(float x) {
  if (std::isnan(x)) return x;
  x = std::clamp(x, -9.0F, 9.0F);
  const float s = x * x;
  const float p =
      polynomial({-2.76076847742355e-16F, 2.00018790482477e-13F, -8.60467152213735e-11F, 5.12229709037114e-08F,
                  1.48572235717979e-05F, 6.37261928875436e-04F, 4.89352455891786e-03F},
                 s);
  return x * p /
         polynomial({1.19825839466702e-06F, 1.18534705686654e-04F, 2.26843463243900e-03F, 4.89352518554385e-03F}, s);
}

float fast_erf_of(float x) {
  if (std::isnan(x)) return x;
  x = std::clamp(x, -4.0F, 4.0F);
  const float s = x * x;
  const float p =
      polynomial({-2.72614225801306e-10F, 2.77068142495902e-08F, -2.10102402082508e-06F, -5.69250639462346e-05F,
                  -7.34990630326855e-04F, -2.95459980854025e-03F, -1.60960333262415e-02F},
                 s);
  return x * p /
         polynomial({-1.45660718464996e-05F, -2.13374055278905e-04F, -1.68282697438203e-03F, -7.37332916720468e-03F,
                     -1.42647390514189e-02F},
                    s);
}

const Op fast_erf = unary("FastErf", map<fast_erf_of>);
const Op fast_exp = unary("FastExp", map<fast_exp_of>);
const Op fast_sigmoid = unary("FastSigmoid", map<fast_sigmoid_of>);
const Op fast_softmax = {.name = "FastSoftmax",
                         .inputs = "input",
                         .outputs = "output",
                         .attributes = &schema_of<op::SoftmaxAttributes>(),
                         .infer = op::softmax_types,
                         .run = softmax};
const Op fast_tanh = unary("FastTanh", map<fast_tanh_of>);

}  // namespace dlas::compiler
