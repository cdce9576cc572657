// Element-wise operators of a graph.
#include <cmath>

#include "model/op/quantized/elementwise.h"
#include "model/op/quantized/operand.h"
#include "model/op/quantized/run.h"

namespace dlas::op::quantized {
namespace {

struct Pair {
  Operand a, b;
  Output y;
};

Result<Pair> pair(const Call& call) {
  if (call.in.size() != 2) return call.site.unsupported("other than two quantised inputs");
  DLAS_ASSIGN(Operand a, operand(call, 0));
  DLAS_ASSIGN(Operand b, operand(call, 1));
  DLAS_ASSIGN(Output y, output(call));
  if (a.scales.size() != 1 || b.scales.size() != 1)
    return call.site.unsupported("inputs with a scale for each channel");
  if (a.tensor.dtype() != b.tensor.dtype() || a.tensor.dtype() != y.tensor->dtype())
    return call.site.unsupported("inputs and output of different types");
  return Pair{std::move(a), std::move(b), y};
}

struct Single {
  Operand x;
  Output y;
};

Result<Single> single(const Call& call, bool eight_bits_only = false) {
  DLAS_ASSIGN(Operand x, operand(call, 0));
  DLAS_ASSIGN(Output y, output(call));
  if (x.scales.size() != 1) return call.site.unsupported("an input with a scale for each channel");
  if (x.tensor.dtype() != y.tensor->dtype()) return call.site.unsupported("an output of another type than the input");
  if (eight_bits_only && x.tensor.dtype() == DType::i16) return call.site.unsupported("int16 tensors");
  return Single{std::move(x), y};
}

Status run_sum(const Call& call, Sign sign) {
  DLAS_ASSIGN(Pair p, pair(call));
  // LiteRT shifts where all scales are powers of two, unless the file's pot_scale_int16 says otherwise.
  sum(p.a.input(), p.b.input(), sign, true, p.y, call.traits.kernels);
  return {};
}

Status run_extreme(const Call& call, Extreme which) {
  DLAS_ASSIGN(Pair p, pair(call));
  const auto same = [&](const Operand& x) { return x.scales[0] == p.y.scale && x.zero == p.y.zero; };
  if (!same(p.a) || !same(p.b)) return call.site.unsupported("inputs and output of different scales");
  extreme(p.a.input(), p.b.input(), which, p.y);
  return {};
}

Status run_clamp(const Call& call, Activation activation) {
  DLAS_ASSIGN(Single s, single(call));
  s.y.activation = activation;
  relu(s.x.input(), s.y);
  return {};
}

// `wide` computes int16, whose output is in units of 2^-15.
Status run_function(const Call& call, Function function, void (*wide)(const Input&, Output&)) {
  DLAS_ASSIGN(Single s, single(call));
  if (s.x.tensor.dtype() != DType::i16) {
    by_table(s.x.input(), function, s.y);
    return {};
  }
  if (s.y.scale != 0x1p-15F || s.y.zero != 0) return call.site.unsupported("an int16 output in other units than 2^-15");
  wide(s.x.input(), s.y);
  return {};
}

}  // namespace

Status run_add(const Call& call) { return run_sum(call, Sign::add); }
Status run_sub(const Call& call) { return run_sum(call, Sign::subtract); }
Status run_max(const Call& call) { return run_extreme(call, Extreme::maximum); }
Status run_min(const Call& call) { return run_extreme(call, Extreme::minimum); }

Status run_mul(const Call& call) {
  DLAS_ASSIGN(Pair p, pair(call));
  product(p.a.input(), p.b.input(), p.y, call.traits.kernels);
  return {};
}

Status run_relu(const Call& call) { return run_clamp(call, Activation::relu); }
Status run_relu6(const Call& call) { return run_clamp(call, Activation::relu6); }
Status run_relu_n1_to_1(const Call& call) { return run_clamp(call, Activation::relu_n1_to_1); }

Status run_leaky_relu(const Call& call) {
  DLAS_ASSIGN(Single s, single(call));
  leaky_relu(s.x.input(), static_cast<float>(Named(call).real("alpha", 0.01)), s.y, call.traits.kernels);
  return {};
}

Status run_prelu(const Call& call) {
  DLAS_ASSIGN(Pair p, pair(call));
  if (p.a.tensor.dtype() == DType::i16) return call.site.unsupported("int16 tensors");
  prelu(p.a.input(), p.b.input(), p.y);
  return {};
}

Status run_hard_swish(const Call& call) {
  DLAS_ASSIGN(Single s, single(call, true));
  hard_swish(s.x.input(), s.y);
  return {};
}

Status run_sigmoid(const Call& call) {
  return run_function(call, [](float x) { return 1.0F / (1.0F + std::exp(-x)); }, logistic_16);
}

Status run_tanh(const Call& call) {
  return run_function(call, [](float x) { return std::tanh(x); }, tanh_16);
}

}  // namespace dlas::op::quantized
