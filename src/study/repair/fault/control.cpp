#include "study/repair/fault/control.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "model/graph/text_form.h"
#include "study/repair/fault/fault.h"
#include "study/repair/splice.h"

namespace dlas::study::fault {
namespace {

using Integers = std::vector<std::int64_t>;

std::string quoted(const std::string& s) { return to_text(AttributeValue(s)); }

std::string attributes_text(const AttributeList& list) {
  std::string out = "{";
  for (const NamedAttribute& a : list) out += (out.size() > 1 ? ", " : "") + quoted(a.name) + "=" + to_text(a.value);
  return out + "}";
}

Integers integers(const Node& node, std::string_view name) {
  const AttributeList list = node.attributes.list();
  const AttributeValue* value = attribute(list, name);
  const auto* out = value ? std::get_if<Integers>(value) : nullptr;
  return out ? *out : Integers();
}

bool plain_maps(const Type& type) {
  return type.dtype == DType::f32 && type.ranked() && type.rank() == 4 && !type.quantized();
}

// A window whose pads are those of SAME_UPPER says so.
std::vector<Edit> automatic_pads(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  const Value* w = node.op_name == "Conv" ? constant(graph, node, 1) : nullptr;
  const Integers strides = integers(node, "strides"), pads = integers(node, "pads");
  if (!w || w->constant.rank() != 4 || w->constant.dim(2) != 3 || pads != Integers{1, 1, 1, 1} ||
      (!strides.empty() && strides != Integers{1, 1}))
    return {};
  return {SetAttribute{node_name(graph, id), "pads", Integers{}, pads},
          SetAttribute{node_name(graph, id), "auto_pad", std::string("SAME_UPPER"), {}}};
}

std::vector<Edit> no_pads(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  if (node.op_name != "Conv" || integers(node, "pads") != Integers{0, 0, 0, 0}) return {};
  return {SetAttribute{node_name(graph, id), "pads", Integers{}, Integers{0, 0, 0, 0}}};
}

// There and back again behind a node.
std::vector<Edit> pair_of_transposes(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  if (!is_one_of(node, {"Relu", "LeakyRelu", "Clip"}) || !plain_maps(graph.value(node.outputs[0]).type)) return {};
  const std::string value = graph.value(node.outputs[0]).name, there = value + "/there", back = value + "/back";
  std::vector<std::string> readers;
  for (const Reader& r : readers_of(graph, node.outputs[0])) readers.push_back(text(graph, r));
  return {InsertNode{there, "Transpose", {{"perm", Integers{0, 2, 3, 1}}}, {value}, {there}, {}},
          InsertNode{back, "Transpose", {{"perm", Integers{0, 3, 1, 2}}}, {there}, {back}, readers}};
}

// The pads of a convolution in a Pad of zeros before it.
std::vector<Edit> separate_pad(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  const Integers pads = integers(node, "pads");
  const Value* w = node.op_name == "Conv" ? constant(graph, node, 1) : nullptr;
  if (!w || pads.size() != 4 || std::ranges::all_of(pads, [](std::int64_t p) { return p == 0; })) return {};
  const Value &in = graph.value(node.inputs[0]), &out = graph.value(node.outputs[0]);
  Graph part;
  part.add_input("x", in.type);
  std::string inputs;
  for (std::size_t slot = 1; slot < node.inputs.size(); ++slot) {
    const Value* c = constant(graph, node, slot);
    if (!c) return {};
    part.add_constant(c->name, c->constant);
    inputs += ", " + quoted(c->name);
  }
  const std::string amounts = out.name + "/amounts", padded = out.name + "/padded";
  part.add_constant(amounts, Tensor::of_i64(Integers{0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]}));
  AttributeList list = node.attributes.list();
  for (NamedAttribute& a : list)
    if (a.name == "pads") a.value = Integers(4, 0);
  std::string text = to_text(part);
  text += fmt::format("node {} \"Pad\" {{}} (\"x\", {}) -> ({} f32 [..])\n", quoted(padded), quoted(amounts),
                      quoted(padded));
  text += fmt::format("node {} \"Conv\" {} ({}{}) -> (\"y\" f32 [..])\noutput \"y\"\n", quoted(node.name),
                      attributes_text(list), quoted(padded), inputs);
  return {ReplaceRegion{{in.name}, {out.name}, text}};
}

std::vector<Edit> product_and_sum(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  const Value *w = constant(graph, node, 1), *bias = constant(graph, node, 2);
  const AttributeList list = node.attributes.list();
  const AttributeValue* turned = attribute(list, "transB");
  if (node.op_name != "Gemm" || !w || !bias ||
      (turned && !same(*turned, AttributeValue(false)) && !same(*turned, AttributeValue(std::int64_t{0}))))
    return {};
  const Value &in = graph.value(node.inputs[0]), &out = graph.value(node.outputs[0]);
  Graph part;
  part.add_input("x", in.type);
  part.add_constant(w->name, w->constant);
  part.add_constant(bias->name, bias->constant);
  const std::string product = out.name + "/product";
  const std::string text =
      to_text(part) +
      fmt::format("node {0} \"MatMul\" {{}} (\"x\", {1}) -> ({0} f32 [..])\n", quoted(product), quoted(w->name)) +
      fmt::format("node {} \"Add\" {{}} ({}, {}) -> (\"y\" f32 [..])\noutput \"y\"\n", quoted(node.name),
                  quoted(product), quoted(bias->name));
  return {ReplaceRegion{{in.name}, {out.name}, text}};
}

std::vector<Edit> mean_for_pool(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  if (node.op_name != "GlobalAveragePool" || !plain_maps(graph.value(node.inputs[0]).type)) return {};
  const AttributeList list = node.attributes.list();
  if (const AttributeValue* layout = attribute(list, "layout");
      layout && !same(*layout, AttributeValue(std::string("NCHW"))))
    return {};
  const Value &in = graph.value(node.inputs[0]), &out = graph.value(node.outputs[0]);
  Graph part;
  part.add_input("x", in.type);
  const std::string axes = out.name + "/axes";
  part.add_constant(axes, Tensor::of_i64(Integers{2, 3}));
  const std::string text =
      to_text(part) + fmt::format("node {} \"ReduceMean\" {{}} (\"x\", {}) -> (\"y\" f32 [..])\noutput \"y\"\n",
                                  quoted(node.name), quoted(axes));
  return {ReplaceRegion{{in.name}, {out.name}, text}};
}

constexpr auto kControls = std::to_array<Control>({
    {1, "pads absent for zero", no_pads},
    {2, "automatic pads for explicit ones", automatic_pads},
    {4, "a Pad of its own", separate_pad},
    {5, "a pair of transposes", pair_of_transposes},
    {7, "MatMul and Add for Gemm", product_and_sum},
    {8, "ReduceMean for a global pool", mean_for_pool},
});

}  // namespace

std::span<const Control> all_controls() { return kControls; }

}  // namespace dlas::study::fault
