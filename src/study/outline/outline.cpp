#include "study/outline/outline.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "model/executor/fold.h"
#include "model/graph/computed_weights.h"

namespace dlas::study {
namespace {

using Costs = std::map<std::string, Layer, std::less<>>;  // by the first output of a node

std::string first_output(const Graph& graph, const Node& node) {
  const auto it = std::ranges::find_if(node.outputs, [](ValueId v) { return v != kNone; });
  return it == node.outputs.end() ? "" : graph.value(*it).name;
}

bool is_parameter(const Value& value) {
  return value.is_constant() && (is_float(value.type.dtype) || value.type.quantized());
}

Layer layer_of(const Graph& graph, const Node& node, const ComputedWeights& computed, std::vector<char>& seen) {
  Layer layer{node.name, node.op_name, node.op != nullptr, {}, "", {}, {}, 0};
  Types in, out;
  std::vector<Tensor> constants;
  bool fixed = true;
  for (const ValueId v : node.inputs) {
    in.push_back(v == kNone ? Type() : graph.value(v).type);
    constants.push_back(v == kNone ? Tensor() : graph.value(v).constant);
    if (v == kNone || seen[static_cast<std::size_t>(v)]) continue;
    if (!is_parameter(graph.value(v)) && !computed.counted[static_cast<std::size_t>(v)]) continue;
    seen[static_cast<std::size_t>(v)] = 1;
    layer.parameters += static_cast<std::uint64_t>(graph.value(v).type.count().value_or(0));
  }
  std::uint64_t bytes = 0;
  for (const ValueId v : node.outputs) {
    out.push_back(v == kNone ? Type() : graph.value(v).type);
    if (v == kNone) continue;
    const Value& value = graph.value(v);
    layer.outputs.push_back(value.name);
    if (layer.type.empty()) layer.type = text(value.type);
    fixed = fixed && value.type.fixed();
    bytes += value.type.bytes().value_or(0);
  }
  if (!fixed) return layer;
  layer.output_bytes = bytes;
  if (!node.op) return layer;
  layer.macs = cost_of({*node.op, node.name, node.attributes, constants, node.outputs.size()}, in, out).macs;
  return layer;
}

Costs layers_by_output(const Graph& graph) {
  Costs costs;
  std::vector<char> seen(graph.values().size(), 0);
  const ComputedWeights computed = computed_weights(graph);
  for (const Node& node : graph.nodes())
    costs.emplace(first_output(graph, node), layer_of(graph, node, computed, seen));
  return costs;
}

// A copy with all sizes of inputs known, and what was taken for it; the graph as it is when that cannot be.
Graph with_sizes(const Graph& graph, Outline& out) {
  const auto sizes = single_sizes(graph);
  if (sizes.empty()) return graph;
  Graph copy = graph;
  if (auto bound = bind_sizes(copy, sizes); !bound.ok()) {
    out.faults.push_back({Severity::warning, "", "no size of 1 for the unknown sizes: " + bound.error().message()});
    return graph;
  }
  for (const auto& [name, size] : sizes) out.taken_as_one.push_back(name == "*" ? "batch" : name);
  return copy;
}

std::vector<QuantizedKind> quantized_kinds(const Graph& graph) {
  std::map<std::tuple<bool, std::string_view, bool>, std::int64_t> counts;
  for (const Value& value : graph.values())
    if (value.type.quantized())
      ++counts[{value.is_constant(), text(value.type.dtype), value.type.quantization->per_axis()}];
  std::vector<QuantizedKind> out;
  for (const auto& [key, count] : counts)
    out.push_back({std::string(std::get<1>(key)), std::get<2>(key), std::get<0>(key), count});
  return out;
}

std::vector<WeightFile> weight_files(const Graph& graph) {
  std::map<std::string, WeightFile> files;
  for (const Value& value : graph.values()) {
    if (!value.is_constant()) continue;
    const Provenance& origin = value.origin;
    const bool from_file = origin.offset.has_value();
    auto [it, fresh] = files.try_emplace(from_file ? origin.file : "");
    WeightFile& file = it->second;
    file.path = it->first;
    ++file.tensors;
    file.bytes += value.constant.bytes().size();
    if (!from_file) continue;
    file.first = fresh ? *origin.offset : std::min(file.first, *origin.offset);
    file.last = std::max(file.last, *origin.offset + origin.bytes);
  }
  std::vector<WeightFile> out;
  for (auto& [path, file] : files) out.push_back(std::move(file));
  return out;
}

// What no reader looks for, because it does no harm to a run.
void add_remarks(const Graph& graph, std::vector<Note>& faults) {
  const auto users = graph.users();
  for (const ValueId id : graph.inputs)
    if (users[static_cast<std::size_t>(id)].empty() && std::ranges::find(graph.outputs, id) == graph.outputs.end())
      faults.push_back({Severity::warning, "", "input '" + graph.value(id).name + "' is read by no node"});
  if (graph.outputs.empty()) faults.push_back({Severity::warning, "", "the graph has no outputs"});
}

int rank(Severity severity) { return severity == Severity::not_executable ? 0 : severity == Severity::warning ? 1 : 2; }

}  // namespace

std::map<std::string, std::int64_t> single_sizes(const Graph& graph) {
  std::map<std::string, std::int64_t> sizes;
  for (const ValueId id : graph.inputs) {
    const Type& type = graph.value(id).type;
    if (!type.ranked()) continue;
    for (std::size_t axis = 0; axis < type.rank(); ++axis)
      if (!type.dim(axis).known() && (axis == 0 || !type.dim(axis).name().empty()))
        sizes[type.dim(axis).name().empty() ? "*" : type.dim(axis).name()] = 1;
  }
  return sizes;
}

Outline outline(const Graph& graph) {
  Outline out;
  out.faults = graph.notes;
  add_remarks(graph, out.faults);
  const Graph sized = with_sizes(graph, out);
  out.totals = totals(sized);
  Costs costs = layers_by_output(sized);
  std::set<std::string> unknown;
  for (const Node& node : graph.nodes()) {
    ++out.operators[node.op_name];
    if (!node.op) unknown.insert(node.op_name);
    const auto found = costs.find(first_output(graph, node));
    // A node that is gone from the sized graph was folded into a constant.
    Layer layer =
        found != costs.end() ? std::move(found->second) : Layer{node.name, node.op_name, true, {}, "", 0, 0, 0};
    out.uncounted += !layer.macs;
    out.layers.push_back(std::move(layer));
  }
  out.unknown.assign(unknown.begin(), unknown.end());
  out.quantized = quantized_kinds(graph);
  out.weights = weight_files(graph);
  std::ranges::stable_sort(out.faults, {}, [](const Note& note) { return rank(note.severity); });
  return out;
}

}  // namespace dlas::study
