// What stands behind a convolution and is not in the generated kernel: functions, a residual after the clamp.
#include "algorithm/vector/code.h"
#include "algorithm/vector/loops.h"

namespace dlas::algorithm::DLAS_TARGET {
namespace {

template <typename F>
void finish(const EpilogueRun& r, F f) {
  const float low = r.epilogue.low, high = r.epilogue.high, last = r.epilogue.relu_after ? 0 : -kInfinity;
  for (std::int64_t y = 0; y < r.height; ++y)
    for (std::int64_t x = 0; x < r.width; ++x) {
      float* out = r.out + y * r.out_y + x * r.out_x;
      if (r.residual)
        both(out, r.residual + y * r.residual_y + x * r.residual_x, r.channels, [=](float v, float other) {
          const float sum = clamped(f(v), low, high) + other;
          return sum < last ? last : sum;
        });
      else
        each(out, r.channels, [=](float v) {
          const float value = clamped(f(v), low, high);
          return value < last ? last : value;
        });
    }
}

}  // namespace

void epilogue(const EpilogueRun& r) {
  const float a = r.epilogue.alpha;
  switch (r.epilogue.function) {
    case Function::none: return finish(r, [](float v) { return v; });
    case Function::sigmoid: return finish(r, sigmoid_of);
    case Function::silu: return finish(r, [](float v) { return v * sigmoid_of(v); });
    case Function::hard_swish: return finish(r, hard_swish_of);
    case Function::hard_sigmoid: return finish(r, [](float v) { return clamped(v * (1.F / 6) + 0.5F, 0, 1); });
    case Function::tanh: return finish(r, tanh_of);
    case Function::gelu: return finish(r, gelu_of);
    case Function::mish: return finish(r, mish_of);
    case Function::leaky_relu: return finish(r, [=](float v) { return v < 0 ? a * v : v; });
  }
}

}  // namespace dlas::algorithm::DLAS_TARGET
