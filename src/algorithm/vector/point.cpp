// Element-wise operators on a run of numbers.
#include "algorithm/vector/code.h"
#include "algorithm/vector/loops.h"

namespace dlas::algorithm::DLAS_TARGET {
namespace {

template <typename F>
void two(const PointRun& r, F f) {
  if (r.repeated) return each(r.x, r.n, [=, one = *r.y](float v) { return f(v, one); });
  both(r.x, r.y, r.n, f);
}

void point_two(const PointRun& r) {
  switch (r.op) {
    case PointOp::add: return two(r, [](float a, float b) { return a + b; });
    case PointOp::sub: return two(r, [](float a, float b) { return a - b; });
    case PointOp::reverse_sub: return two(r, [](float a, float b) { return b - a; });
    case PointOp::mul: return two(r, [](float a, float b) { return a * b; });
    case PointOp::div: return two(r, [](float a, float b) { return a / b; });
    case PointOp::reverse_div: return two(r, [](float a, float b) { return b / a; });
    case PointOp::max: return two(r, [](float a, float b) { return a != a ? a : a > b ? a : b; });
    case PointOp::min: return two(r, [](float a, float b) { return a != a ? a : a < b ? a : b; });
    case PointOp::prelu: return two(r, [](float a, float b) { return a < 0 ? a * b : a; });
    default: return;
  }
}

}  // namespace

void point(const PointRun& r) {
  const float a = r.a, b = r.b;
  float* x = r.x;
  const std::int64_t n = r.n;
  switch (r.op) {
    case PointOp::clamp: return each(x, n, [=](float v) { return clamped(v, a, b); });
    case PointOp::sigmoid: return each(x, n, sigmoid_of);
    case PointOp::silu: return each(x, n, [=](float v) { return v * sigmoid_of(a * v); });
    case PointOp::hard_sigmoid: return each(x, n, [=](float v) { return clamped(a * v + b, 0, 1); });
    case PointOp::hard_swish: return each(x, n, hard_swish_of);
    case PointOp::leaky_relu: return each(x, n, [=](float v) { return v < 0 ? a * v : v; });
    case PointOp::tanh: return each(x, n, tanh_of);
    case PointOp::gelu: return each(x, n, gelu_of);
    case PointOp::gelu_tanh: return each(x, n, gelu_tanh_of);
    case PointOp::mish: return each(x, n, mish_of);
    case PointOp::exp: return each(x, n, exp_of);
    case PointOp::log: return each(x, n, log_of);
    case PointOp::erf: return each(x, n, erf_of);
    case PointOp::sqrt: return each(x, n, [](float v) { return __builtin_sqrtf(v); });
    case PointOp::reciprocal: return each(x, n, [](float v) { return 1 / v; });
    case PointOp::neg: return each(x, n, [](float v) { return -v; });
    case PointOp::abs: return each(x, n, fabs_of);
    case PointOp::elu: return each(x, n, [=](float v) { return v < 0 ? a * expm1_of(v) : v; });
    case PointOp::softplus: return each(x, n, softplus_of);
    default: return point_two(r);
  }
}

double exp_below_most(const float* x, float scale, float* out, std::int64_t n) {
  float most = -kInfinity;
  for (std::int64_t i = 0; i < n; ++i) {
    const float v = x[i] * scale;
    most = v > most ? v : most;
    out[i] = v;
  }
  each(out, n, [=](float v) { return exp_of(v - most); });
  double sum = 0;
  for (std::int64_t i = 0; i < n; ++i) sum += static_cast<double>(out[i]);
  return sum;
}

}  // namespace dlas::algorithm::DLAS_TARGET
