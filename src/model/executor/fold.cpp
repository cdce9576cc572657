#include "model/executor/fold.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/checked.h"
#include "base/limits.h"
#include "model/executor/execution.h"
#include "model/executor/units.h"
#include "model/graph/infer.h"
#include "model/op/list_nn.h"
#include "model/op/list_shape.h"

namespace dlas {
namespace {

constexpr std::int64_t kFoldedElements = 1024;

bool small(const Type& type) {
  const auto count = type.count();
  return count && *count <= kFoldedElements;
}

// Computable now: from constants, or from a fixed shape alone.
bool foldable(const Graph& graph, const Node& node) {
  if (node.op == &op::dequantize_linear) return false;  // it says how the constant before it is quantised
  const bool of_type = node.op == &op::shape || node.op == &op::size;
  const auto known = [&](ValueId v) {
    return v == kNone || graph.value(v).is_constant() || (of_type && graph.value(v).type.fixed());
  };
  const auto& limited = node.op->dynamic && !of_type ? node.inputs : node.outputs;
  const auto fits = [&](ValueId v) { return v == kNone || small(graph.value(v).type); };
  return std::ranges::all_of(node.inputs, known) && std::ranges::all_of(limited, fits) && check_units(graph, node).ok();
}

Result<std::uint64_t> fold(Graph& graph, NodeId n) {
  const Node& node = graph.node(n);
  const auto in = input_constants(graph, node);
  Usage usage;
  DLAS_ASSIGN(auto out, execute(graph, node, input_types(graph, node), in, {}, usage));
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    if (node.outputs[i] == kNone) continue;
    Value& value = graph.value(node.outputs[i]);
    const auto quantization = value.type.quantization;
    value.type = Type::of(out[i]);
    value.type.quantization = quantization;
    value.constant = std::move(out[i]);
    value.producer = kNone;
  }
  std::ranges::fill(graph.node(n).outputs, kNone);
  return usage.live_bytes;
}

bool without_outputs(const Node& node) {
  return std::ranges::all_of(node.outputs, [](ValueId v) { return v == kNone; });
}

Dim bound(const Dim& dim, bool batch, const std::map<std::string, std::int64_t>& sizes, std::set<std::string>& used) {
  if (dim.known()) return dim;
  const std::string key = !dim.name().empty() ? dim.name() : batch ? "*" : "";
  const auto it = sizes.find(key);
  if (key.empty() || it == sizes.end()) return dim;
  used.insert(key);
  return it->second;
}

}  // namespace

Result<bool> fold_node(Graph& graph, NodeId n, std::uint64_t& bytes) {
  const Node& node = graph.node(n);
  if (!node.op) return false;
  if (without_outputs(node)) return true;
  if (bytes >= limits().folded_bytes || !foldable(graph, node)) return false;
  DLAS_ASSIGN(const std::uint64_t made, fold(graph, n));
  bytes = checked_add(bytes, made).value_or(~std::uint64_t{0});
  return true;
}

Status fold_constants(Graph& graph) {
  std::uint64_t bytes = 0;
  bool changed = false;
  for (NodeId n = 0; n < static_cast<NodeId>(graph.nodes().size()); ++n) {
    DLAS_TRY(infer_types(graph, n));
    DLAS_ASSIGN(const bool folded, fold_node(graph, n, bytes));
    changed = changed || folded;
  }
  if (changed) graph.prune();
  return {};
}

Status bind_sizes(Graph& graph, const std::map<std::string, std::int64_t>& sizes) {
  for (const auto& [name, size] : sizes)
    if (size < 0) return make_error(Code::usage, "a size of at least 0 for '" + name + "'", fmt::format("{}", size));
  std::set<std::string> used;
  std::vector<std::string_view> names;
  const auto bind = [&](Value& value, bool input) {
    if (!value.type.ranked()) return;
    for (std::size_t axis = 0; axis < value.type.rank(); ++axis) {
      Dim& dim = (*value.type.dims)[axis];
      dim = bound(dim, input && axis == 0, sizes, used);
    }
  };
  for (ValueId v = 0; v < static_cast<ValueId>(graph.values().size()); ++v)
    bind(graph.value(v), std::ranges::find(graph.inputs, v) != graph.inputs.end());
  for (const Value& value : graph.values())
    if (value.type.ranked())
      for (const Dim& dim : *value.type.dims)
        if (!dim.known() && !dim.name().empty()) names.push_back(dim.name());
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const auto& [name, size] : sizes)
    if (name != "*" && !used.contains(name))
      return make_error(Code::usage, "the name of an unknown size", "'" + name + "'" + nearest(name, names));
  return fold_constants(graph);
}

}  // namespace dlas
