#include "compiler/lower/epilogue.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "compiler/attributes.h"
#include "compiler/weights.h"
#include "model/op/list_elementwise.h"
#include "model/op/list_nn.h"

namespace dlas::compiler {
namespace {

using algorithm::Function;

class Absorber {
 public:
  Absorber(Lowering& lowering, const Scope& scope, Anchor& anchor)
      : lowering_(lowering), scope_(scope), anchor_(anchor), e_(anchor.problem.epilogue) {}

  // True when the kernel can compute the node on its result `x`.
  bool take(const Node& node, ValueId x) {
    if (node.op == &op::identity || node.op == &op::dropout) return true;
    if (node.op == &op::add || node.op == &op::sum) return take_add(node, x);
    if (node.op == &op::relu || node.op == &op::relu6 || node.op == &op::clip) return take_clamp(node, x);
    return take_function(node, x);
  }

  ValueId residual = kNone;

 private:
  bool bounded() const { return std::isfinite(e_.low) || std::isfinite(e_.high); }
  bool only_sum() const {  // nothing but bias so far
    return e_.function == Function::none && !bounded() && e_.residual == algorithm::Epilogue::Residual::none;
  }

  bool take_add(const Node& node, ValueId x) {
    if (activates(node) || node.inputs.size() != 2 || node.inputs[0] == node.inputs[1]) return false;
    const std::size_t slot = node.inputs[0] == x ? 1 : 0;
    if (lowering_.known(scope_, node, slot)) return only_sum() && add_bias(node, slot, x);
    return add_residual(node.inputs[slot], x);
  }

  bool add_bias(const Node& node, std::size_t slot, ValueId x) {
    const Type& type = scope_.graph->value(x).type;
    const Tensor& c = *lowering_.known(scope_, node, slot);
    const std::size_t axis = anchor_.channels_first ? 1 : type.rank() - 1;
    const auto channels = static_cast<std::size_t>(anchor_.problem.out_channels);
    if (!along_axis(c, axis, type.rank(), channels)) return false;
    anchor_.bias.resize(channels, 0);
    for (std::size_t i = 0; i < channels; ++i)
      anchor_.bias[i] += c.number(c.count() == 1 ? 0 : static_cast<std::int64_t>(i));
    e_.bias = true;
    return true;
  }

  // One number, or one for each index of the axis.
  static bool along_axis(const Tensor& c, std::size_t axis, std::size_t rank, std::size_t channels) {
    if (c.dtype() != DType::f32 || c.rank() > rank) return false;
    if (c.count() == 1) return true;
    if (c.count() != static_cast<std::int64_t>(channels)) return false;
    const std::size_t own = c.rank() - (rank - axis);  // wraps when the axis is missing
    return c.rank() >= rank - axis && c.dim(own) == static_cast<std::int64_t>(channels);
  }

  bool add_residual(ValueId other, ValueId x) {
    const Type& a = scope_.graph->value(other).type;
    const Type& b = scope_.graph->value(x).type;
    if (e_.residual != algorithm::Epilogue::Residual::none || !is_plain_f32(a) || *a.dims != *b.dims) return false;
    e_.residual = only_sum() ? algorithm::Epilogue::Residual::before : algorithm::Epilogue::Residual::after;
    residual = other;
    return true;
  }

  bool take_clamp(const Node& node, ValueId x) {
    if (node.inputs[0] != x) return false;
    float low = 0, high = std::numeric_limits<float>::infinity();
    if (node.op == &op::relu6) high = 6;
    if (node.op == &op::clip && !limits_of(node, low, high)) return false;
    if (e_.residual == algorithm::Epilogue::Residual::after) {  // only a Relu fits there
      if (low != 0 || std::isfinite(high)) return false;
      e_.relu_after = true;
      return true;
    }
    // A clamp behind a clamp is one clamp: the inner limits are moved into the outer ones.
    e_.low = std::clamp(e_.low, low, high);
    e_.high = std::clamp(e_.high, low, high);
    return true;
  }

  bool limits_of(const Node& node, float& low, float& high) {
    low = std::numeric_limits<float>::lowest();
    high = std::numeric_limits<float>::max();
    for (const std::size_t slot : {1U, 2U}) {
      if (slot >= node.inputs.size() || node.inputs[slot] == kNone) continue;
      const Tensor* limit = lowering_.known(scope_, node, slot);
      if (!limit || limit->count() != 1 || limit->dtype() != DType::f32) return false;
      (slot == 1 ? low : high) = static_cast<float>(limit->number(0));
    }
    return low <= high;
  }

  bool take_function(const Node& node, ValueId x) {
    if (e_.function != Function::none || bounded() || e_.residual == algorithm::Epilogue::Residual::after) return false;
    if (node.inputs[0] != x || node.inputs.size() != 1) return false;
    const Function function = function_of(node);
    if (function == Function::none) return false;
    e_.function = function;
    if (function == Function::leaky_relu) e_.alpha = static_cast<float>(real(node, "alpha").value_or(0.01));
    return true;
  }

  static Function function_of(const Node& node) {
    if (node.op == &op::sigmoid) return Function::sigmoid;
    if (node.op == &op::swish) return real(node, "alpha").value_or(1) == 1 ? Function::silu : Function::none;
    if (node.op == &op::hard_swish) return Function::hard_swish;
    if (node.op == &op::hard_sigmoid) {
      const bool usual = real(node, "alpha") == 1.0 / 6 || real(node, "alpha") == static_cast<double>(1.0F / 6);
      return usual && real(node, "beta") == 0.5 ? Function::hard_sigmoid : Function::none;
    }
    if (node.op == &op::tanh) return Function::tanh;
    if (node.op == &op::gelu) return word(node, "approximate") == "none" ? Function::gelu : Function::none;
    if (node.op == &op::mish) return Function::mish;
    if (node.op == &op::leaky_relu) return Function::leaky_relu;
    return Function::none;
  }

  Lowering& lowering_;
  const Scope& scope_;
  Anchor& anchor_;
  algorithm::Epilogue& e_;
};

}  // namespace

Epilogue absorb(Lowering& lowering, const Scope& scope, ValueId result, std::span<const Node* const> chain,
                Anchor& anchor) {
  Absorber absorber(lowering, scope, anchor);
  Epilogue out;
  for (const Node* node : chain) {
    if (!absorber.take(*node, result)) break;
    result = node->outputs[0];
    ++out.taken;
  }
  out.residual = absorber.residual;
  return out;
}

}  // namespace dlas::compiler
