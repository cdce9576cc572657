// Faults of pads, strides, kernels and coordinates: 12 to 17 and 20 to 22 of the catalogue.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "model/graph/text_form.h"
#include "study/repair/fault/fault.h"
#include "study/repair/splice.h"

namespace dlas::study::fault {
namespace {

using Integers = std::vector<std::int64_t>;

std::vector<Edit> set(const Graph& graph, NodeId id, const std::string& name, AttributeValue after) {
  const AttributeList list = graph.node(id).attributes.list();
  const AttributeValue* before = attribute(list, name);
  if (!before || same(*before, after)) return {};
  return {SetAttribute{node_name(graph, id), name, std::move(after), *before}};
}

Integers integers(const Graph& graph, NodeId id, std::string_view name) {
  const AttributeList list = graph.node(id).attributes.list();
  const AttributeValue* value = attribute(list, name);
  const auto* out = value ? std::get_if<Integers>(value) : nullptr;
  return out ? *out : Integers();
}

std::string word(const Graph& graph, NodeId id, std::string_view name) {
  const AttributeList list = graph.node(id).attributes.list();
  const AttributeValue* value = attribute(list, name);
  const auto* out = value ? std::get_if<std::string>(value) : nullptr;
  return out ? *out : std::string();
}

bool padded(const Integers& pads) {
  return std::ranges::any_of(pads, [](std::int64_t p) { return p > 0; });
}

}  // namespace

// [0,0,1,1] becomes [1,1,0,0]; [1,1,1,1] becomes [0,0,2,2]: the size stays. VALID and SAME have no other form in TFLite.
std::vector<Edit> lopsided_pads(const Graph& graph, NodeId id, data::Random&) {
  if (!is_one_of(graph.node(id), {"Conv", "MaxPool", "AveragePool"})) return {};
  Integers pads = integers(graph, id, "pads");
  if (pads.size() != 4 || !padded(pads)) return {};
  if (pads[0] == pads[2] && pads[1] == pads[3]) pads = {0, 0, pads[0] + pads[2], pads[1] + pads[3]};
  else pads = {pads[2], pads[3], pads[0], pads[1]};
  return set(graph, id, "pads", pads);
}

std::vector<Edit> dropped_pads(const Graph& graph, NodeId id, data::Random&) {
  if (!is_one_of(graph.node(id), {"Conv", "MaxPool", "AveragePool"})) return {};
  if (word(graph, id, "auto_pad") == "SAME_UPPER") return set(graph, id, "auto_pad", std::string("VALID"));
  const Integers pads = integers(graph, id, "pads");
  if (!padded(pads)) return {};
  return set(graph, id, "pads", Integers(pads.size(), 0));
}

// A pool with pads becomes a Pad of zeros and a pool without: other only where a window is negative throughout.
std::vector<Edit> zero_padded_maximum(const Graph& graph, NodeId id, data::Random&) {
  const Node& node = graph.node(id);
  const Integers pads = integers(graph, id, "pads");
  if (node.op_name != "MaxPool" || pads.size() != 4 || !padded(pads) || node.outputs.size() != 1) return {};
  const Value &in = graph.value(node.inputs[0]), &out = graph.value(node.outputs[0]);
  const AttributeList list = node.attributes.list();
  if (!in.type.ranked() || in.type.rank() != 4) return {};
  Graph part;
  const ValueId x = part.add_input("x", in.type);
  const ValueId amounts =
      part.add_constant(out.name + "/pads", Tensor::of_i64(Integers{0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]}));
  AttributeList without = list;
  for (NamedAttribute& a : without)
    if (a.name == "pads") a.value = Integers(4, 0);
  std::string text = to_text(part);
  const auto quoted = [](const std::string& s) { return to_text(AttributeValue(s)); };
  std::string attributes = "{";
  for (const NamedAttribute& a : without)
    attributes += (attributes.size() > 1 ? ", " : "") + quoted(a.name) + "=" + to_text(a.value);
  const std::string padded_name = out.name + "/padded";
  text += fmt::format("node {} \"Pad\" {{}} (\"x\", {}) -> ({} f32 [..])\n", quoted(padded_name),
                      quoted(part.value(amounts).name), quoted(padded_name));
  text += fmt::format("node {} \"MaxPool\" {}}} ({}) -> (\"y\" f32 [..])\noutput \"y\"\n", quoted(node.name),
                      attributes, quoted(padded_name));
  static_cast<void>(x);
  return {ReplaceRegion{{in.name}, {out.name}, text}};
}

std::vector<Edit> counted_pads(const Graph& graph, NodeId id, data::Random&) {
  const Node& node = graph.node(id);
  if (node.op_name != "AveragePool" || !padded(integers(graph, id, "pads"))) return {};
  const AttributeList list = node.attributes.list();
  const AttributeValue* value = attribute(list, "count_include_pad");
  if (const auto* flag = value ? std::get_if<bool>(value) : nullptr) return set(graph, id, "count_include_pad", !*flag);
  if (const auto* flag = value ? std::get_if<std::int64_t>(value) : nullptr)
    return set(graph, id, "count_include_pad", std::int64_t{*flag == 0});
  return {};
}

// Twice the dilation, and pads that keep the size of the output.
std::vector<Edit> other_dilation(const Graph& graph, NodeId id, data::Random&) {
  const Node& node = graph.node(id);
  if (node.op_name != "Conv") return {};
  const Value* w = constant(graph, node, 1);
  Integers dilations = integers(graph, id, "dilations"), pads = integers(graph, id, "pads");
  if (!w || w->constant.rank() != 4) return {};
  if (dilations.empty()) dilations = {1, 1};
  const std::string automatic = word(graph, id, "auto_pad");
  if (automatic.starts_with("SAME")) {
    for (std::int64_t& d : dilations) d *= 2;
    return set(graph, id, "dilations", dilations);
  }
  const std::int64_t kernel = w->constant.dim(2);
  if (kernel != 3 || w->constant.dim(3) != 3 || pads.size() != 4) return {};
  auto edits = set(graph, id, "dilations", Integers{2 * dilations[0], 2 * dilations[1]});
  for (std::size_t i = 0; i < 4; ++i) pads[i] += dilations[i % 2];
  for (Edit& e : set(graph, id, "pads", pads)) edits.push_back(std::move(e));
  return edits;
}

// Both spatial axes of the kernel backwards.
std::vector<Edit> unflipped_kernel(const Graph& graph, NodeId id, data::Random&) {
  const Node& node = graph.node(id);
  const Value* w = node.op_name == "ConvTranspose" ? constant(graph, node, 1) : nullptr;
  if (!w || w->constant.rank() != 4) return {};
  std::vector<Edit> out;
  for (const std::int64_t axis : {2, 3}) {
    Integers order(static_cast<std::size_t>(w->constant.dim(static_cast<std::size_t>(axis))));
    std::iota(order.rbegin(), order.rend(), 0);
    if (order.size() > 1) out.emplace_back(SetTensor{w->name, OrderChange{axis, order}, {}});
  }
  return out;
}

std::vector<Edit> other_coordinates(const Graph& graph, NodeId id, data::Random&) {
  if (graph.node(id).op_name != "Resize") return {};
  const bool half = word(graph, id, "coordinate_transformation_mode") == "half_pixel";
  return set(graph, id, "coordinate_transformation_mode", std::string(half ? "asymmetric" : "half_pixel"));
}

std::vector<Edit> other_pad_mode(const Graph& graph, NodeId id, data::Random&) {
  if (graph.node(id).op_name != "Pad") return {};
  const bool zeros = word(graph, id, "mode") == "constant";
  return set(graph, id, "mode", std::string(zeros ? "edge" : "constant"));
}

}  // namespace dlas::study::fault
