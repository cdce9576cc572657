// Multiplications and additions by channel go into the weights of the convolution or dense layer beside them:
//   Conv(x, W, B) s + t   ->  Conv(x, W s, B s + t)                       backward: what comes behind
//   Conv(x s + t, W, B)   ->  Conv(x, W s, B + sum over i of W(i) t(i))   forward: what comes before; t only without padding
// s and t are constants with one number a channel. A whole chain of Mul, Div, Add and Sub is taken at once: its factors are
// multiplied in float64 and the weights are rounded once. Outputs stay within rounding.
#include <cmath>
#include <set>

#include "compiler/attributes.h"
#include "compiler/pass/list.h"
#include "compiler/rebuild.h"
#include "compiler/weights.h"
#include "compiler/wiring.h"
#include "model/op/list_elementwise.h"
#include "model/op/list_nn.h"
#include "model/op/real.h"

namespace dlas::compiler {
namespace {

using Vector = std::vector<double>;

struct Affine {  // y = scale x + shift
  Vector scale, shift;
  explicit Affine(std::int64_t channels)
      : scale(static_cast<std::size_t>(channels), 1.0), shift(static_cast<std::size_t>(channels), 0.0) {}
};

// The factor and addend of one arithmetic node with a constant operand; nothing when it is something else.
std::optional<Affine> affine_of(const Graph& graph, const Node& node, ValueId x, std::size_t axis,
                                std::int64_t channels) {
  const bool adds = node.op == &op::add || node.op == &op::sub, scales = node.op == &op::mul || node.op == &op::div;
  if ((!adds && !scales) || node.inputs.size() != 2) return std::nullopt;
  const std::size_t slot = node.inputs[0] == x ? 1 : 0;
  if (node.inputs[slot] == x) return std::nullopt;                                     // x + x
  if (slot == 0 && (node.op == &op::sub || node.op == &op::div)) return std::nullopt;  // c - x, c / x
  const Type &from = graph.value(x).type, &to = graph.value(node.outputs[0]).type;
  if (!from.ranked() || !to.ranked() || from.rank() != to.rank() || to.quantized()) return std::nullopt;
  const auto c = channel_vector(graph, node.inputs[slot], from, axis, channels);
  if (!c) return std::nullopt;
  Affine out(channels);
  for (std::size_t i = 0; i < c->size(); ++i) {
    if (node.op == &op::mul) out.scale[i] = (*c)[i];
    if (node.op == &op::div) out.scale[i] = 1 / (*c)[i];
    if (node.op == &op::add) out.shift[i] = (*c)[i];
    if (node.op == &op::sub) out.shift[i] = -(*c)[i];
    if (!std::isfinite(out.scale[i]) || !std::isfinite(out.shift[i])) return std::nullopt;
  }
  return out;
}

// A Conv or FullyConnected with constant float weights, seen as one thing.
struct Layer {
  const Node* node = nullptr;
  op::ConvAttributes conv;  // of a dense layer: weights [out, in] as a filter without places
  std::size_t in_axis = 0, out_axis = 0;
  std::int64_t in = 0, out = 0;
  bool padded = false;
};

bool pads(const op::WindowAttributes& w) {
  if (w.auto_pad == op::AutoPad::same_upper || w.auto_pad == op::AutoPad::same_lower) return true;
  for (const std::int64_t p : w.pads)
    if (p != 0) return true;
  return false;
}

std::string layer_obstacle(const Graph& graph, const Node& node, Layer& layer) {
  const Tensor* w = constant_input(graph, node, 1);
  const Type &x = graph.value(node.inputs[0]).type, &y = graph.value(node.outputs[0]).type;
  if (!w) return "its weights are not constants";
  if (!is_float(w->dtype()) || graph.value(node.inputs[1]).type.quantized() || y.quantized()) return "it is quantised";
  if (has_input(node, 2) && !constant_input(graph, node, 2)) return "its bias is not a constant";
  if (!x.ranked() || !y.ranked()) return "the rank of its input is not known";
  layer.node = &node;
  if (node.op == &op::conv) {
    layer.conv = node.attributes.as<op::ConvAttributes>();
    layer.in_axis = layer.out_axis = op::channel_axis(layer.conv.layout, x.rank());
    layer.padded = pads(layer.conv.window);
  } else {
    layer.conv.filter = op::Filter::oihw;
    layer.in_axis = x.rank() - 1;
    layer.out_axis = y.rank() - 1;
    if (*flag(node, "keep_num_dims") == false && x.rank() != 2) layer.in_axis = x.rank();  // no axis: nothing before
  }
  layer.in = in_channels(layer.conv, w->shape());
  layer.out = out_channels(layer.conv, w->shape());
  return "";
}

struct Plan {
  Layer layer;
  Affine before{0}, after{0};
  ValueId source = kNone;      // what the layer reads in the end
  const Node* last = nullptr;  // whose output the layer computes in the end
  std::string activation;
  std::vector<const Node*> ahead, behind;  // what goes into the weights
};

// Follows the chain behind the layer.
void look_behind(const Wiring& wiring, Plan& p) {
  const Graph& graph = wiring.graph();
  p.after = Affine(p.layer.out);
  p.last = p.layer.node;
  p.activation = word(*p.layer.node, "activation");
  while (p.activation == "none") {
    const Node* next = wiring.only_reader(p.last->outputs[0]);
    if (!next) return;
    const auto a = affine_of(graph, *next, p.last->outputs[0], p.layer.out_axis, p.layer.out);
    if (!a) return;
    for (std::size_t i = 0; i < a->scale.size(); ++i) {
      p.after.scale[i] *= a->scale[i];
      p.after.shift[i] = p.after.shift[i] * a->scale[i] + a->shift[i];
    }
    p.last = next;
    p.activation = word(*next, "activation");
    p.behind.push_back(next);
  }
}

// Follows the chain before the layer, towards the inputs.
void look_ahead(const Wiring& wiring, const std::set<const Node*>& taken, Plan& p) {
  const Graph& graph = wiring.graph();
  p.before = Affine(p.layer.in);
  p.source = p.layer.node->inputs[0];
  const Node* reader = p.layer.node;
  while (p.layer.in_axis < graph.value(p.source).type.rank()) {
    const Node* node = wiring.producer(p.source);
    if (!node || taken.contains(node) || activates(*node) || wiring.only_reader(p.source) != reader) return;
    if (node->op != &op::mul && node->op != &op::add && node->op != &op::sub && node->op != &op::div) return;
    const std::size_t slot = graph.value(node->inputs[0]).is_constant() ? 1 : 0;
    const auto a = affine_of(graph, *node, node->inputs[slot], p.layer.in_axis, p.layer.in);
    if (!a) return;
    const bool shifts = node->op == &op::add || node->op == &op::sub;
    if (shifts && p.layer.padded) return;  // padding stays zero, so it must not be shifted
    for (std::size_t i = 0; i < a->scale.size(); ++i) {
      p.before.shift[i] += p.before.scale[i] * a->shift[i];
      p.before.scale[i] *= a->scale[i];
    }
    p.source = node->inputs[slot];
    p.ahead.push_back(node);
    reader = node;
  }
}

void rewrite(Rebuild& out, const Plan& p) {
  const Graph& graph = out.before();
  const Node& node = *p.layer.node;
  const Tensor& w = *constant_input(graph, node, 1);
  const Vector old_bias = numbers(constant_input(graph, node, 2), p.after.scale.size());
  const Vector moved = filter_sums(p.layer.conv, w, p.before.shift);
  Vector bias;
  for (std::size_t o = 0; o < old_bias.size(); ++o)
    bias.push_back((old_bias[o] + moved[o]) * p.after.scale[o] + p.after.shift[o]);
  const ValueId weight = out.constant(graph.value(node.inputs[1]).name + "/scaled",
                                      scaled_filter(p.layer.conv, w, p.after.scale, p.before.scale));
  const ValueId shift = out.constant(node.name + "/bias", rounded(w.dtype(), {p.layer.out}, bias));
  out.emit_as(p.last->outputs[0], *node.op, with(*node.op, node.attributes, {{"activation", p.activation}}),
              {out.mapped(p.source), weight, shift}, &node);
}

std::string told(const Plan& p) {
  std::string text;
  for (const auto* list : {&p.ahead, &p.behind}) {
    if (list->empty()) continue;
    text += (text.empty() ? "" : "; ") + std::string(list == &p.ahead ? "before it" : "behind it");
    for (const Node* n : *list) text += " " + n->op_name;
  }
  return "weights take over " + text;
}

Result<Outcome> run(Graph& graph, const Settings&) {
  Outcome outcome;
  const Graph before = graph;
  const Wiring wiring(before);
  Rebuild out(before);
  std::set<const Node*> taken;
  for (const Node& node : before.nodes()) {
    if (taken.contains(&node)) continue;
    if (node.op != &op::conv && node.op != &op::fully_connected) {
      out.copy(node);
      continue;
    }
    Plan p;
    std::string reason = layer_obstacle(before, node, p.layer);
    if (reason.empty()) {
      look_behind(wiring, p);
      look_ahead(wiring, taken, p);
      if (p.ahead.empty() && p.behind.empty()) reason = "no multiplication or addition by channel beside it";
    }
    if (!reason.empty()) {
      outcome.kept(node, reason);
      out.copy(node);
      continue;
    }
    rewrite(out, p);
    taken.insert(p.behind.begin(), p.behind.end());
    outcome.changed(node, told(p));
  }
  if (outcome.changes.empty() && outcome.obstacles.empty()) outcome.absent = "no Conv or FullyConnected";
  if (!outcome.changes.empty()) DLAS_TRY(out.finish(graph));
  return outcome;
}

}  // namespace

const Pass fold_scale_axis = {.name = "fold_scale_axis",
                              .summary = "multiplications and additions by channel go into the weights beside them",
                              .run = run};

}  // namespace dlas::compiler
