#include "study/compare/noise.h"

#include <algorithm>
#include <cmath>

#include "study/compare/side.h"

namespace dlas::study {
namespace {

double half_unit(DType dtype) {
  switch (dtype) {
    case DType::f16: return 0x1p-11;
    case DType::bf16: return 0x1p-8;
    case DType::f64: return 0x1p-53;
    default: return 0x1p-24;
  }
}

double step_variance(const Type& type, double rms) {
  if (!type.quantized() || rms <= 0) return 0;
  double sum = 0;
  for (const double scale : type.quantization->scales) sum += scale * scale;
  const auto scales = static_cast<double>(std::max<std::size_t>(type.quantization->scales.size(), 1));
  return sum / scales / 12 / (rms * rms);
}

double constant_rms(const Value& value) {
  const Tensor real = real_values(value.constant, value.type);
  double sum = 0;
  for (const float x : real.as<float>()) sum += static_cast<double>(x) * static_cast<double>(x);
  return real.count() > 0 ? std::sqrt(sum / static_cast<double>(real.count())) : 0;
}

}  // namespace

double Noise::floor() const { return 16 * rounding + 3 * std::sqrt(quantisation); }

std::vector<Noise> noise(const Graph& graph, const std::vector<double>& rms) {
  std::vector<Noise> all(graph.values().size());
  const auto own = [&](ValueId id) {
    const Value& value = graph.value(id);
    return step_variance(value.type, value.is_constant() ? constant_rms(value) : rms[static_cast<std::size_t>(id)]);
  };
  for (const ValueId id : graph.inputs) all[static_cast<std::size_t>(id)].quantisation = own(id);
  for (const Node& node : graph.nodes()) {
    Noise in;
    double weights = 0;
    for (const ValueId id : node.inputs) {
      if (id == kNone) continue;
      const Value& value = graph.value(id);
      const Noise& noise_in = all[static_cast<std::size_t>(id)];
      if (value.is_constant() && value.type.quantized() && bits(value.type.dtype) <= 16) weights += own(id);
      if (value.is_constant() && is_float(value.type.dtype) && value.type.dtype != DType::f32)
        in.rounding = std::max(in.rounding, half_unit(value.type.dtype));
      in.rounding = std::max(in.rounding, noise_in.rounding);
      in.quantisation = std::max(in.quantisation, noise_in.quantisation);
    }
    for (const ValueId id : node.outputs) {
      if (id == kNone) continue;
      Noise& out = all[static_cast<std::size_t>(id)];
      out.rounding = in.rounding + half_unit(graph.value(id).type.dtype);
      out.quantisation = in.quantisation + weights + own(id);
    }
  }
  return all;
}

}  // namespace dlas::study
