// Which operators are chains of element-wise steps.
#include <limits>
#include <map>

#include "compiler/attributes.h"
#include "compiler/lower/pointwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::compiler {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

const std::map<const Op*, PointOp>& plain_unary() {
  static const std::map<const Op*, PointOp> ops{{&op::sigmoid, PointOp::sigmoid},
                                                {&op::hard_swish, PointOp::hard_swish},
                                                {&op::tanh, PointOp::tanh},
                                                {&op::mish, PointOp::mish},
                                                {&op::exp, PointOp::exp},
                                                {&op::log, PointOp::log},
                                                {&op::erf, PointOp::erf},
                                                {&op::sqrt, PointOp::sqrt},
                                                {&op::reciprocal, PointOp::reciprocal},
                                                {&op::neg, PointOp::neg},
                                                {&op::abs, PointOp::abs},
                                                {&op::softplus, PointOp::softplus}};
  return ops;
}

float parameter(const Node& node, std::string_view name, double fallback) {
  return static_cast<float>(real(node, name).value_or(fallback));
}

bool append_clip(Lowering& lowering, const Scope& scope, const Node& node, std::vector<PointStep>& steps) {
  float limits[2] = {std::numeric_limits<float>::lowest(), std::numeric_limits<float>::max()};
  for (const std::size_t slot : {1U, 2U}) {
    if (slot >= node.inputs.size() || node.inputs[slot] == kNone) continue;
    const Tensor* limit = lowering.known(scope, node, slot);
    if (!limit || limit->count() != 1 || limit->dtype() != DType::f32) return false;
    limits[slot - 1] = limit->as<float>()[0];
  }
  if (!(limits[0] <= limits[1])) return false;  // NaN and crossed limits have rules of their own
  steps.push_back({PointOp::clamp, limits[0], limits[1]});
  return true;
}

bool append_unary(Lowering& lowering, const Scope& scope, const Node& node, std::vector<PointStep>& steps) {
  if (node.op == &op::clip) return append_clip(lowering, scope, node, steps);
  if (const auto it = plain_unary().find(node.op); it != plain_unary().end()) steps.push_back({it->second});
  else if (node.op == &op::identity || node.op == &op::dropout) return true;
  else if (node.op == &op::relu) steps.push_back({PointOp::clamp, 0, kInfinity});
  else if (node.op == &op::relu6) steps.push_back({PointOp::clamp, 0, 6});
  else if (node.op == &op::relu_n1_to_1) steps.push_back({PointOp::clamp, -1, 1});
  else if (node.op == &op::swish) steps.push_back({PointOp::silu, parameter(node, "alpha", 1)});
  else if (node.op == &op::leaky_relu) steps.push_back({PointOp::leaky_relu, parameter(node, "alpha", 0.01)});
  else if (node.op == &op::elu) steps.push_back({PointOp::elu, parameter(node, "alpha", 1)});
  else if (node.op == &op::hard_sigmoid)
    steps.push_back({PointOp::hard_sigmoid, parameter(node, "alpha", 0.2), parameter(node, "beta", 0.5)});
  else if (node.op == &op::gelu)
    steps.push_back({word(node, "approximate") == "tanh" ? PointOp::gelu_tanh : PointOp::gelu});
  else return false;
  return true;
}

struct Binary {
  PointOp forward, backward;  // when the chain's value is the first or the second operand
};

std::optional<Binary> binary_of(const Op* op) {
  if (op == &op::add || op == &op::sum) return Binary{PointOp::add, PointOp::add};
  if (op == &op::mul) return Binary{PointOp::mul, PointOp::mul};
  if (op == &op::sub) return Binary{PointOp::sub, PointOp::reverse_sub};
  if (op == &op::div) return Binary{PointOp::div, PointOp::reverse_div};
  if (op == &op::max) return Binary{PointOp::max, PointOp::max};
  if (op == &op::min) return Binary{PointOp::min, PointOp::min};
  return std::nullopt;
}

bool append_activation(const std::string& activation, std::vector<PointStep>& steps) {
  if (activation.empty() || activation == "none") return true;
  if (activation == "relu") steps.push_back({PointOp::clamp, 0, kInfinity});
  else if (activation == "relu6") steps.push_back({PointOp::clamp, 0, 6});
  else if (activation == "relu_n1_to_1") steps.push_back({PointOp::clamp, -1, 1});
  else if (activation == "tanh") steps.push_back({PointOp::tanh});
  else return false;
  return true;
}

}  // namespace

bool append_steps(Lowering& lowering, const Scope& scope, const Node& node, std::size_t from,
                  std::vector<PointStep>& steps) {
  if (node.op == &op::prelu) {
    if (from != 0) return false;
    steps.push_back({PointOp::prelu, 0, 0, node.inputs[1]});
    return true;
  }
  const auto two = binary_of(node.op);
  if (!two) return from == 0 && append_unary(lowering, scope, node, steps);
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    if (i == from) continue;
    if (node.inputs[i] == kNone) return false;
    steps.push_back({i > from ? two->forward : two->backward, 0, 0, node.inputs[i]});
  }
  return append_activation(word(node, "activation"), steps);
}

}  // namespace dlas::compiler
