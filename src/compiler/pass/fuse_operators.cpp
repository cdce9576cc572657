// An operator and the elementwise ones behind it become one Fused node, so that no value between them is stored:
//   Conv, ConvTranspose, FullyConnected, MatMul, Gemm or a pool, then bias, activation, residual addition, ...
//   chains of elementwise operators alone
// Each value between is read once, is no output and has the sizes of the result; other operands come from anywhere before.
// Keeps every output bit for bit in the reference interpreter; compiled code rounds once where the chain rounds at each step.
#include <algorithm>
#include <set>

#include "compiler/attributes.h"
#include "compiler/fused.h"
#include "compiler/pass/list.h"
#include "compiler/rebuild.h"
#include "compiler/wiring.h"
#include "model/graph/text_form.h"
#include "model/op/list_elementwise.h"
#include "model/op/list_nn.h"

namespace dlas::compiler {
namespace {

using Chain = std::vector<const Node*>;

bool is_anchor(const Node& node) {
  for (const Op* op : {&op::conv, &op::conv_transpose, &op::fully_connected, &op::mat_mul, &op::gemm, &op::average_pool,
                       &op::max_pool, &op::global_average_pool, &op::global_max_pool})
    if (node.op == op) return true;
  return false;
}

bool plain_floats(const Graph& graph, const Node& node) {
  const auto plain = [&](ValueId v) {
    return v == kNone || (is_float(graph.value(v).type.dtype) && !graph.value(v).type.quantized());
  };
  return std::ranges::all_of(node.inputs, plain) && std::ranges::all_of(node.outputs, plain);
}

// One output, of floats, element by element.
bool is_link(const Graph& graph, const Node& node) {
  const auto used = std::ranges::count_if(node.outputs, [](ValueId v) { return v != kNone; });
  return node.op && node.op->elementwise && !node.op->dynamic && used == 1 && node.outputs[0] != kNone &&
         plain_floats(graph, node);
}

bool same_sizes(const Type& a, const Type& b) {
  return a.ranked() && b.ranked() && a.dtype == b.dtype && *a.dims == *b.dims &&
         std::ranges::all_of(*a.dims, [](const Dim& d) { return d.known() || !d.name().empty(); });
}

// Why the chain ends at `last`; empty when `next` can be added.
std::string obstacle(const Wiring& wiring, const Node& last, const std::set<const Node*>& taken) {
  const Graph& graph = wiring.graph();
  const ValueId v = last.outputs[0];
  const Node* next = wiring.only_reader(v);
  if (!next) return wiring.is_output(v) ? "its result is an output" : "its result is read more than once";
  if (taken.contains(next)) return "its reader belongs to another chain";
  if (!is_link(graph, *next)) return "its reader is " + next->op_name;
  if (!same_sizes(graph.value(v).type, graph.value(next->outputs[0]).type)) return "its reader changes the sizes";
  return "";
}

Type without_sizes(const Type& type) {
  Type out = type;
  out.dims.reset();
  out.axes.clear();
  return out;
}

// The chain as a graph of its own; `externals` are what it reads from outside, in the order of the body's inputs.
Graph body_from(const Graph& graph, const Chain& chain, std::vector<ValueId>& externals) {
  Graph body;
  std::map<ValueId, ValueId> inner;
  std::set<ValueId> made;
  for (const Node* node : chain) made.insert(node->outputs[0]);
  for (const Node* node : chain)
    for (const ValueId v : node->inputs)
      if (v != kNone && !made.contains(v) && !inner.contains(v)) {
        inner[v] = body.add_input(graph.value(v).name, without_sizes(graph.value(v).type));
        externals.push_back(v);
      }
  for (const Node* node : chain) {
    Node copy = *node;
    copy.origin = {};
    for (ValueId& v : copy.inputs) v = v == kNone ? kNone : inner[v];
    Value value;
    value.name = graph.value(node->outputs[0]).name;
    value.type = without_sizes(graph.value(node->outputs[0]).type);
    copy.outputs = {inner[node->outputs[0]] = body.add_value(std::move(value))};
    body.add_node(std::move(copy));
  }
  body.name = "fused";
  body.outputs = {inner[chain.back()->outputs[0]]};
  return body;
}

void fuse(Rebuild& out, const Chain& chain, Outcome& outcome) {
  std::vector<ValueId> externals;
  const Graph body = body_from(out.before(), chain, externals);
  const Node& last = *chain.back();
  out.emit_as(last.outputs[0], fused, attributes_of(fused, {{"body", to_text(body)}}), out.mapped(externals), chain[0]);
  outcome.changed(*chain[0], body_text(body) + " become one");
}

Result<Outcome> run(Graph& graph, const Settings& settings) {
  Outcome outcome;
  const Graph before = graph;
  const Wiring wiring(before);
  const std::uint64_t longest = number(settings, "longest");
  std::set<const Node*> taken;
  std::map<const Node*, Chain> ends;  // by the last node, where the Fused one is written
  for (const Node& node : before.nodes()) {
    const bool anchor = is_anchor(node) && plain_floats(before, node);
    if (taken.contains(&node) || (!anchor && !is_link(before, node))) continue;
    if (node.outputs.size() > 1 && node.outputs[1] != kNone) continue;
    Chain chain{&node};
    std::string reason;
    while (chain.size() < longest && (reason = obstacle(wiring, *chain.back(), taken)).empty()) {
      chain.push_back(wiring.only_reader(chain.back()->outputs[0]));
      taken.insert(chain.back());
    }
    taken.insert(&node);
    if (chain.size() > 1) ends[chain.back()] = chain;
    else outcome.kept(node, reason.empty() ? "`longest` allows no chain" : reason);
  }
  Rebuild out(before);
  for (const Node& node : before.nodes()) {
    if (const auto it = ends.find(&node); it != ends.end()) fuse(out, it->second, outcome);
    else if (!taken.contains(&node) || wiring.graph().nodes().empty()) out.copy(node);
    else if (std::ranges::none_of(ends,
                                  [&](const auto& e) { return std::ranges::find(e.second, &node) != e.second.end(); }))
      out.copy(node);
  }
  if (outcome.changes.empty() && outcome.obstacles.empty()) outcome.absent = "no operator that can be fused";
  if (!outcome.changes.empty()) DLAS_TRY(out.finish(graph));
  return outcome;
}

constexpr Parameter kParameters[] = {{"longest", "most operators of one Fused node", "16"}};

}  // namespace

const Pass fuse_operators = {.name = "fuse_operators",
                             .summary = "an operator and the elementwise ones behind it become one",
                             .parameters = kParameters,
                             .run = run};

}  // namespace dlas::compiler
