#include "model/graph/verify.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/limits.h"
#include "model/graph/infer.h"

namespace dlas {
namespace {

Error broken(const Value& value, std::string_view expected, std::string_view found) {
  return make_error(Code::graph, expected, found).at_slot("value '" + value.name + "'");
}

bool zero_point_fits(std::int64_t zero, DType dtype) {
  if (!is_int(dtype)) return zero == 0;
  const int b = bits(dtype);
  if (b >= 64) return true;
  const std::int64_t low = is_signed_int(dtype) ? -(std::int64_t{1} << (b - 1)) : 0;
  const std::int64_t high = is_signed_int(dtype) ? (std::int64_t{1} << (b - 1)) - 1 : (std::int64_t{1} << b) - 1;
  return zero >= low && zero <= high;
}

Status check_quantization(const Value& value) {
  if (!value.type.quantized()) return {};
  const Quantization& q = *value.type.quantization;
  if (q.scales.empty() || q.scales.size() != q.zero_points.size())
    return broken(value, "as many zero points as scales",
                  fmt::format("{} scales and {} zero points", q.scales.size(), q.zero_points.size()));
  for (const double s : q.scales)
    if (!std::isfinite(s) || s <= 0) return broken(value, "finite positive scales", fmt::format("{}", s));
  for (const std::int64_t z : q.zero_points)
    if (!zero_point_fits(z, value.type.dtype))
      return broken(value, fmt::format("zero points of {}", text(value.type.dtype)), fmt::format("{}", z));
  if (!q.per_axis())
    return q.scales.size() == 1 ? Status() : broken(value, "one scale", fmt::format("{}", q.scales.size()));
  const auto axis = static_cast<std::size_t>(q.axis);
  if (value.type.ranked() &&
      (axis >= value.type.rank() || !may_equal(value.type.dim(axis), Dim(static_cast<std::int64_t>(q.scales.size())))))
    return broken(value, "a scale for each slice of the quantised axis",
                  fmt::format("{} scales for axis {} of {}", q.scales.size(), q.axis, text(value.type)));
  return {};
}

Status check_value(const Graph& graph, const Value& value) {
  if (value.name.empty() || value.name.size() > limits().name_bytes)
    return broken(value, "a name within the limit", fmt::format("{} bytes", value.name.size()));
  if (value.is_constant() && value.producer != kNone) return broken(value, "a constant or a computed value", "both");
  if (value.is_constant() && (value.type.dtype != value.constant.dtype() || !value.type.fixed() ||
                              value.type.shape() != value.constant.shape()))
    return broken(value, "a constant of its declared type " + text(value.type), text(value.constant));
  if (value.producer != kNone &&
      (value.producer < 0 || static_cast<std::size_t>(value.producer) >= graph.nodes().size()))
    return broken(value, "a producer in the graph", "none");
  return check_quantization(value);
}

Status check_wiring(const Graph& graph) {
  const auto count = static_cast<ValueId>(graph.values().size());
  std::vector<char> ready(graph.values().size(), 0);
  std::vector<char> produced(graph.values().size(), 0);
  for (std::size_t v = 0; v < graph.values().size(); ++v) ready[v] = graph.values()[v].is_constant();
  for (const ValueId v : graph.inputs) {
    if (v < 0 || v >= count) return make_error(Code::graph, "inputs that exist", "an input that does not");
    if (graph.value(v).producer != kNone) return broken(graph.value(v), "an input that no node computes", "one");
    ready[static_cast<std::size_t>(v)] = 1;
  }
  for (NodeId n = 0; n < static_cast<NodeId>(graph.nodes().size()); ++n) {
    const Node& node = graph.node(n);
    const auto wrong = [&](std::string_view expected, std::string_view found) {
      return make_error(Code::graph, expected, found).at_node(node.name, node.op_name);
    };
    for (const ValueId v : node.inputs) {
      if (v != kNone && (v < 0 || v >= count)) return wrong("inputs that exist", "one that does not");
      if (v != kNone && !ready[static_cast<std::size_t>(v)])
        return wrong("inputs that are computed before", "'" + graph.value(v).name + "', which is not");
    }
    for (const ValueId v : node.outputs) {
      if (v == kNone) continue;
      if (v < 0 || v >= count) return wrong("outputs that exist", "one that does not");
      if (produced[static_cast<std::size_t>(v)] || ready[static_cast<std::size_t>(v)])
        return wrong("one producer of each value", "a second one of '" + graph.value(v).name + "'");
      if (graph.value(v).producer != n) return wrong("outputs that know their producer", "another producer");
      produced[static_cast<std::size_t>(v)] = ready[static_cast<std::size_t>(v)] = 1;
    }
  }
  for (const ValueId v : graph.outputs) {
    if (v < 0 || v >= count) return make_error(Code::graph, "outputs that exist", "an output that does not");
    if (!ready[static_cast<std::size_t>(v)])
      return broken(graph.value(v), "an output that something computes", "nothing");
  }
  return {};
}

}  // namespace

Status verify(const Graph& graph) {
  if (graph.nodes().size() > limits().nodes)
    return make_error(Code::limit, fmt::format("at most {} nodes", limits().nodes),
                      fmt::format("{}", graph.nodes().size()));
  for (const Value& value : graph.values()) DLAS_TRY(check_value(graph, value));
  DLAS_TRY(check_wiring(graph));
  Graph copy = graph;
  return infer_types(copy);
}

}  // namespace dlas
