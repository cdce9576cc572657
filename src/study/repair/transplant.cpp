#include "study/repair/transplant.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "study/repair/linear_layer.h"
#include "study/repair/splice.h"
#include "study/repair/tensor_change.h"

namespace dlas::study {
namespace {

constexpr std::size_t kMostGroups = 16;
constexpr std::size_t kMostAxes = 4;
constexpr double kProportional = 1e-4;  // of weights that differ by factors of the channels only

using Groups = std::vector<std::vector<Edit>>;

std::vector<NodeId> nodes_of(const Graph& graph, const std::vector<localize::NodeName>& names) {
  std::vector<NodeId> out;
  for (const localize::NodeName& n : names)
    if (const NodeId id = find_node(graph, n.name); id != kNone && std::ranges::find(out, id) == out.end())
      out.push_back(id);
  return out;
}

std::vector<const Value*> constants_of(const Graph& graph, const std::vector<NodeId>& nodes) {
  std::vector<const Value*> out;
  for (const NodeId n : nodes)
    for (const ValueId v : graph.node(n).inputs)
      if (v != kNone && graph.value(v).is_constant() && graph.value(v).type.dtype == DType::f32 &&
          std::ranges::find(out, &graph.value(v)) == out.end())
        out.push_back(&graph.value(v));
  return out;
}

double distance(const Tensor& a, const Tensor& b) {
  double sum = 0;
  for (std::int64_t i = 0; i < a.count(); ++i) sum += (a.number(i) - b.number(i)) * (a.number(i) - b.number(i));
  return sum;
}

// `from` in each order of its axes that has the sizes of `like`, the nearest first; sizes of 1 may stand anywhere.
std::vector<Tensor> in_shape_of(const Tensor& from, const Tensor& like) {
  std::vector<Tensor> out;
  dlas::Shape wide;
  for (const std::int64_t size : from.shape())
    if (size != 1) wide.push_back(size);
  dlas::Shape wanted;
  for (const std::int64_t size : like.shape())
    if (size != 1) wanted.push_back(size);
  if (wide.size() != wanted.size() || wide.size() > kMostAxes || from.count() != like.count()) return out;
  std::vector<std::int64_t> perm(wide.size());
  std::iota(perm.begin(), perm.end(), 0);
  do {
    const auto turned = changed(from, AxesChange{perm, wide});
    if (turned.ok() && turned->shape() == wanted) out.push_back(turned->reshaped(like.shape()));
  } while (std::ranges::next_permutation(perm).found);
  std::ranges::stable_sort(out, {}, [&](const Tensor& t) { return distance(t, like); });
  return out;
}

void copies(const Graph& source, const Graph& target, const localize::Finding& f, Groups& out) {
  const auto from = constants_of(source, nodes_of(source, f.source_nodes));
  std::vector<Edit> all;
  for (const Value* t : constants_of(target, nodes_of(target, f.target_nodes))) {
    bool first = true;
    for (const Value* s : from)
      for (const Tensor& tensor : in_shape_of(s->constant, t->constant)) {
        if (tensor.same_bits(t->constant)) continue;
        const Edit edit = set_tensor(t->name, t->constant, tensor);
        out.push_back({edit});
        if (first) all.push_back(edit);
        first = false;
      }
  }
  if (all.size() > 1) out.push_back(std::move(all));
}

void solved(const LinearLayer& s, const LinearLayer& t, Groups& out) {
  if (s.channels != t.channels || s.weights.size() != t.weights.size()) return;
  const auto weights = t.with_total_weights(s.total_weights());
  const auto shift = t.with_total_shift(s.total_shift());
  if (weights) out.push_back({*weights});
  if (shift) out.push_back({*shift});
  if (weights && shift) out.push_back({*weights, *shift});
  if (const auto factors = t.proportions(s.total_weights(), kProportional)) {
    auto edits = t.with_factor_and_shift(*factors, s.total_shift());
    if (!edits.empty()) out.push_back(std::move(edits));
  }
}

// How a file stores things is not what it computes.
bool of_storage(std::string_view attribute) {
  return attribute == "layout" || attribute == "filter" || attribute == "activation" || attribute == "auto_pad";
}

void attributes(const Graph& source, NodeId a, const Graph& target, NodeId b, Groups& out) {
  const AttributeList theirs = source.node(a).attributes.list();
  for (const NamedAttribute& mine : target.node(b).attributes.list()) {
    const auto other = std::ranges::find(theirs, mine.name, &NamedAttribute::name);
    if (other == theirs.end() || of_storage(mine.name) || same(other->value, mine.value)) continue;
    out.push_back({SetAttribute{node_name(target, b), mine.name, other->value, mine.value}});
  }
}

// The target's values that stand for what the source's node reads; one that the node does not read takes the place of one that
// stands for nothing.
void wiring(const Graph& source, NodeId a, const Graph& target, NodeId b, const Partners& partners, Groups& out) {
  std::vector<std::string> wanted;
  for (const ValueId v : source.node(a).inputs) {
    if (v == kNone || source.value(v).is_constant()) continue;
    for (const auto& [s, t] : partners)
      if (s == source.value(v).name) wanted.push_back(t);
  }
  const Node& node = target.node(b);
  const auto reads = [&](const std::string& name) {
    return std::ranges::any_of(node.inputs, [&](ValueId v) { return v != kNone && target.value(v).name == name; });
  };
  for (const std::string& name : wanted) {
    if (target.find(name) == kNone || reads(name)) continue;
    for (std::size_t slot = 0; slot < node.inputs.size(); ++slot) {
      const ValueId v = node.inputs[slot];
      if (v == kNone || target.value(v).is_constant() ||
          std::ranges::find(wanted, target.value(v).name) != wanted.end())
        continue;
      out.push_back({Rewire{node_name(target, b), static_cast<std::int64_t>(slot), name, target.value(v).name}});
    }
  }
}

}  // namespace

Groups transplants(const Graph& source, const Graph& target, const localize::Finding& f, const Partners& partners) {
  Groups out;
  for (const NodeId a : nodes_of(source, f.source_nodes))
    for (const NodeId b : nodes_of(target, f.target_nodes)) {
      if (source.node(a).op_name == target.node(b).op_name) {
        attributes(source, a, target, b, out);
        wiring(source, a, target, b, partners, out);
      }
      const auto s = linear_layer(source, a), t = linear_layer(target, b);
      if (s && t) solved(*s, *t, out);
    }
  copies(source, target, f, out);
  std::ranges::stable_sort(out, {}, [](const std::vector<Edit>& g) {
    std::uint64_t sum = 0;
    for (const Edit& e : g) sum += description_length(e);
    return sum;
  });
  if (out.size() > kMostGroups) out.resize(kMostGroups);
  return out;
}

Groups elsewhere(const Graph& target, const localize::Finding& f) {
  Groups out;
  const std::vector<Edit> proposed = without_fusing(target, f.proposals);
  const auto* insert = proposed.size() == 1 ? std::get_if<InsertNode>(proposed.data()) : nullptr;
  if (!insert || insert->inputs.size() != 1) return out;
  std::vector<NodeId> places = nodes_of(target, f.target_nodes);
  // Converters leave BatchNormalization, Mul and Add behind a convolution.
  for (std::size_t i = 0; i < places.size() && places.size() < kMostGroups; ++i)
    for (const Reader& r : readers_of(target, target.node(places[i]).outputs[0]))
      if (r.node != kNone && std::ranges::find(places, r.node) == places.end()) {
        const std::string& op = target.node(r.node).op_name;
        if (op == "BatchNormalization" || op == "Mul" || op == "Add") places.push_back(r.node);
      }
  for (const NodeId n : places) {
    const ValueId value = target.node(n).outputs[0];
    if (value == kNone || target.value(value).name == insert->inputs[0]) continue;
    const std::string name = target.value(value).name;
    std::vector<std::string> readers;
    for (const Reader& r : readers_of(target, value)) readers.push_back(text(target, r));
    const std::string fresh = name + "/" + insert->op;
    out.push_back({InsertNode{fresh, insert->op, insert->attributes, {name}, {fresh}, readers}});
  }
  return out;
}

std::vector<Edit> without_fusing(const Graph& target, const std::vector<Edit>& edits) {
  std::vector<Edit> out;
  for (const Edit& e : edits) {
    const auto* set = std::get_if<SetAttribute>(&e);
    const auto* word =
        set && set->name == "activation" && set->after ? std::get_if<std::string>(&*set->after) : nullptr;
    const std::string op = !word ? "" : *word == "relu" ? "Relu" : *word == "tanh" ? "Tanh" : "";
    const NodeId node = op.empty() ? kNone : find_node(target, set->node);
    if (node == kNone) {
      out.push_back(e);
      continue;
    }
    const ValueId value = target.node(node).outputs[0];
    const std::string name = target.value(value).name + "/" + op;
    std::vector<std::string> readers;
    for (const Reader& r : readers_of(target, value)) readers.push_back(text(target, r));
    out.emplace_back(InsertNode{name, op, {}, {target.value(value).name}, {name}, readers});
  }
  return out;
}

}  // namespace dlas::study
