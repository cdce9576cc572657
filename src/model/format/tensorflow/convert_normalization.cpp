// Normalisation by stored statistics, and values rounded as quantisation would round them.
#include <cmath>

#include "model/format/tensorflow/convert.h"

namespace dlas::tensorflow {
namespace {

// What FakeQuant makes of its limits, so that 0 is one of the steps.        core/kernels/fake_quant_ops_functor.h, Nudge
struct Steps {
  std::vector<float> low, high, size, inverse;
};

void add_steps(float low, float high, float first, float last, Steps& out) {
  const float size = (high - low) / (last - first);
  const float zero = first - low / size;
  const float nearest = zero < first ? first : zero > last ? last : std::round(zero);
  out.size.push_back(size);
  out.inverse.push_back(1.0F / size);
  out.low.push_back((first - nearest) * size);
  out.high.push_back((last - nearest) * size);
}

Tensor tensor_of(const std::vector<float>& values, bool per_channel) {
  return Tensor::of<float>(per_channel ? Shape{static_cast<std::int64_t>(values.size())} : Shape{},
                           std::span<const float>(values));
}

Result<Steps> steps_of(const Call& call) {
  const std::int64_t bits = call.integer("num_bits", 8);
  if (bits < 2 || bits > 16) return cannot("a number of bits out of range");
  const float first = call.flag("narrow_range", false) ? 1.0F : 0.0F;
  const auto last = static_cast<float>((1 << bits) - 1);
  std::vector<float> low{static_cast<float>(call.real("min", -6))}, high{static_cast<float>(call.real("max", 6))};
  if (call.in.size() > 2) {
    const Tensor *least = call.build.constant(call.in[1]), *most = call.build.constant(call.in[2]);
    if (!least || !most || least->dtype() != DType::f32 || most->dtype() != DType::f32 ||
        least->count() != most->count() || least->rank() > 1)
      return cannot("limits that are computed");
    low.assign(least->as<float>().begin(), least->as<float>().end());
    high.assign(most->as<float>().begin(), most->as<float>().end());
  }
  Steps out;
  for (std::size_t i = 0; i < low.size(); ++i) {
    if (!(low[i] <= 0 && high[i] >= 0 && low[i] < high[i])) return cannot("limits that do not hold 0");
    add_steps(low[i], high[i], first, last, out);
  }
  return out;
}

}  // namespace

// Outputs behind y are statistics of training.
Outputs batch_norm(Call& call) {
  constexpr double kEpsilon = 1e-4;
  DLAS_ASSIGN(const std::string layout, call.layout());
  if (call.flag("is_training", true)) return cannot("statistics of the batch");
  return call.build.finish("BatchNormalization", {{"epsilon", call.real("epsilon", kEpsilon)}, {"layout", layout}},
                           {call.in[0], call.in[1], call.in[2], call.in[3], call.in[4]});
}

// floor((clip(x) - low) / step + 1/2) step + low, each operation rounded to float32.
Outputs fake_quant(Call& call) {
  DLAS_ASSIGN(const Steps steps, steps_of(call));
  const bool many = call.node.op.ends_with("PerChannel");
  const auto made = [&](const std::vector<float>& v, std::string_view name) {
    return call.build.constant(tensor_of(v, many), name);
  };
  const ValueId low = made(steps.low, "low"), high = made(steps.high, "high");
  DLAS_ASSIGN(ValueId x, call.build.step("Max", {}, {call.in[0], low}));
  DLAS_ASSIGN(x, call.build.step("Min", {}, {x, high}));
  DLAS_ASSIGN(x, call.build.step("Sub", {}, {x, low}));
  DLAS_ASSIGN(x, call.build.step("Mul", {}, {x, made(steps.inverse, "per_step")}));
  DLAS_ASSIGN(const ValueId half, call.build.scalar(DType::f32, 0.5));
  DLAS_ASSIGN(x, call.build.step("Add", {}, {x, half}));
  DLAS_ASSIGN(x, call.build.step("Floor", {}, {x}));
  DLAS_ASSIGN(x, call.build.step("Mul", {}, {x, made(steps.size, "step")}));
  return call.build.finish("Add", {}, {x, low});
}

}  // namespace dlas::tensorflow
