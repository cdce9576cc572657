// Operators that an older opset has not, in those that it has. Keeps the numbers within rounding.
//   HardSwish (14)  x HardSigmoid(x; 1/6, 1/2)               Gelu (20)   x/2 (1 + Erf(x / sqrt 2)), or its form with Tanh
//   Mish (18)       x Tanh(Softplus(x))                      Swish (24)  x Sigmoid(alpha x)
//   LayerNormalization (17)  (x - mean) / sqrt(variance + epsilon) scale + bias, where nothing reads its other outputs
// What stands in the head of a file of model/op defines the operator; here it is written as nodes.
#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "compiler/attributes.h"
#include "compiler/export/export.h"
#include "compiler/rebuild.h"
#include "compiler/weights.h"
#include "compiler/wiring.h"
#include "model/op/list_elementwise.h"
#include "model/op/list_nn.h"

namespace dlas::compiler {
namespace {

// Writes expressions over values of one type.
class Formula {
 public:
  Formula(Rebuild& out, const Node& node)
      : out_(out), node_(node), dtype_(out.before().value(node.inputs[0]).type.dtype) {}

  ValueId x() { return out_.mapped(node_.inputs[0]); }
  ValueId number(double value) { return out_.constant(fresh(), rounded(dtype_, {}, {value})); }
  ValueId of(const Op& op, std::vector<ValueId> inputs, const AttributeList& attributes = {}) {
    return out_.emit(op, attributes_of(op, attributes), std::move(inputs), fresh());
  }
  void result(const Op& op, std::vector<ValueId> inputs) {
    out_.emit_as(node_.outputs[0], op, attributes_of(op, {}), std::move(inputs));
  }

 private:
  std::string fresh() { return fmt::format("{}/{}", node_.name, ++count_); }
  Rebuild& out_;
  const Node& node_;
  DType dtype_;
  int count_ = 0;
};

void hard_swish(Rebuild& out, const Node& node) {
  Formula f(out, node);
  f.result(op::mul, {f.x(), f.of(op::hard_sigmoid, {f.x()}, {{"alpha", 1.0 / 6}, {"beta", 0.5}})});
}

void mish(Rebuild& out, const Node& node) {
  Formula f(out, node);
  f.result(op::mul, {f.x(), f.of(op::tanh, {f.of(op::softplus, {f.x()})})});
}

void swish(Rebuild& out, const Node& node) {
  Formula f(out, node);
  const double alpha = *real(node, "alpha");
  const ValueId inner = alpha == 1 ? f.x() : f.of(op::mul, {f.x(), f.number(alpha)});
  f.result(op::mul, {f.x(), f.of(op::sigmoid, {inner})});
}

void gelu(Rebuild& out, const Node& node) {
  Formula f(out, node);
  ValueId inner = kNone;
  if (word(node, "approximate") == "tanh") {
    const ValueId cube = f.of(op::mul, {f.of(op::mul, {f.x(), f.x()}), f.x()});
    const ValueId sum = f.of(op::add, {f.x(), f.of(op::mul, {cube, f.number(0.044715)})});
    inner = f.of(op::tanh, {f.of(op::mul, {sum, f.number(std::sqrt(2 / std::numbers::pi))})});
  } else {
    inner = f.of(op::erf, {f.of(op::mul, {f.x(), f.number(std::numbers::sqrt2 / 2)})});
  }
  f.result(op::mul, {f.of(op::mul, {f.x(), f.number(0.5)}), f.of(op::add, {inner, f.number(1)})});
}

void layer_normalization(Rebuild& out, const Node& node) {
  Formula f(out, node);
  const std::size_t rank = out.type(f.x()).rank();
  std::vector<std::int64_t> axes;
  for (std::size_t a = *normalized_axis(*integer(node, "axis"), rank); a < rank; ++a)
    axes.push_back(static_cast<std::int64_t>(a));
  const ValueId list = out.constant(node.name + "/axes", Tensor::of_i64(axes));
  const ValueId centred = f.of(op::sub, {f.x(), f.of(op::reduce_mean, {f.x(), list})});
  const ValueId variance = f.of(op::reduce_mean, {f.of(op::mul, {centred, centred}), list});
  const ValueId deviation = f.of(op::sqrt, {f.of(op::add, {variance, f.number(*real(node, "epsilon"))})});
  const ValueId normal = f.of(op::div, {centred, deviation});
  const ValueId scale = out.mapped(node.inputs[1]);
  if (!has_input(node, 2)) return f.result(op::mul, {normal, scale});
  f.result(op::add, {f.of(op::mul, {normal, scale}), out.mapped(node.inputs[2])});
}

struct Rule {
  const Op* op;
  std::uint64_t since;
  void (*write)(Rebuild& out, const Node& node);
};
const Rule kRules[] = {{&op::gelu, 20, gelu},
                       {&op::hard_swish, 14, hard_swish},
                       {&op::layer_normalization, 17, layer_normalization},
                       {&op::mish, 18, mish},
                       {&op::swish, 24, swish}};

const Rule* rule_of(const Node& node, std::uint64_t opset) {
  for (const Rule& rule : kRules)
    if (rule.op == node.op && opset < rule.since) return &rule;
  return nullptr;
}

std::string obstacle(const Graph& graph, const Node& node) {
  const Type& x = graph.value(node.inputs[0]).type;
  if (!is_float(x.dtype) || x.quantized()) return "its input is no float";
  if (!x.ranked()) return "its input has no known rank";
  for (std::size_t i = 1; i < node.outputs.size(); ++i)
    if (node.outputs[i] != kNone) return "its other outputs are read";
  return "";
}

constexpr Parameter kParameters[] = {{"opset", "the opset of ONNX that the graph is for", "17"}};

Result<Outcome> run(Graph& graph, const Settings& settings) {
  const std::uint64_t opset = number(settings, "opset");
  Outcome outcome;
  const Graph before = graph;
  Rebuild out(before);
  for (const Node& node : before.nodes()) {
    const Rule* rule = rule_of(node, opset);
    const std::string reason = rule ? obstacle(before, node) : "";
    if (!rule || !reason.empty()) out.copy(node);
    if (!rule) continue;
    if (!reason.empty()) {
      outcome.kept(node, reason);
      continue;
    }
    rule->write(out, node);
    outcome.changed(node, fmt::format("{} in operators of opset {}", node.op_name, opset));
  }
  if (outcome.changes.empty() && outcome.obstacles.empty())
    outcome.absent = fmt::format("no operator that opset {} has not", opset);
  if (!outcome.changes.empty()) DLAS_TRY(out.finish(graph));
  return outcome;
}

}  // namespace

const Pass older_operators = {.name = "older_operators",
                              .summary = "young operators in those of an older opset",
                              .parameters = kParameters,
                              .run = run};

}  // namespace dlas::compiler
