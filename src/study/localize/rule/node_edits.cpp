#include "study/localize/rule/node_edits.h"

#include <algorithm>
#include <array>

#include "compiler/attributes.h"
#include "study/localize/rule/edits.h"
#include "study/localize/rule/source_node.h"
#include "study/repair/splice.h"

namespace dlas::study::localize {
namespace {

// The word of the attribute `activation` for an operator; empty when there is none.
std::string word_of(const Node& source) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kWords = {
      {{"Relu", "relu"}, {"Relu6", "relu6"}, {"ReluN1To1", "relu_n1_to_1"}, {"Tanh", "tanh"}}};
  for (const auto& [op, word] : kWords)
    if (source.op_name == op) return std::string(word);
  return "";
}

NodeId id_in(const Graph& graph, const Node& node) { return static_cast<NodeId>(&node - graph.nodes().data()); }

std::optional<Edit> activation(const Case& c, const Node& b, const std::string& word) {
  const Node* node = file_node(c, b);
  if (!node || word.empty()) return std::nullopt;
  const std::string before = compiler::word(*node, "activation");
  if (before.empty() || before == word) return std::nullopt;
  return SetAttribute{node_name(c.models.b.file, id_in(c.models.b.file, *node)), "activation", word, before};
}

std::vector<std::string> readers_text(const Graph& file, ValueId v) {
  std::vector<std::string> out;
  for (const Reader& reader : readers_of(file, v)) out.push_back(text(file, reader));
  return out;
}

// Constants of the source's node go into the file as initialisers only through a region in text form; an insertion takes values that
// are there. So an operator with constants has no edit here.
bool needs_constants(const Case& c, const Node& source) {
  return std::ranges::any_of(source.inputs,
                             [&](ValueId v) { return v != kNone && c.models.a.graph.value(v).is_constant(); });
}

// What the target's file calls an operand of the source: `own` where no pair has it, for that is the value to be mended; empty where the
// counterpart is stored in another order of axes.
std::string operand_there(const Case& c, ValueId v, const std::string& own) {
  if (v == kNone) return "";
  const int step = c.models.flow_a.of_value[static_cast<std::size_t>(v)];
  const auto pair = std::ranges::find(c.settled.pairs, step, &Aligned::step_a);
  if (pair == c.settled.pairs.end()) return own;
  const std::string& name = c.models.b.graph.value(pair->b).name;
  return pair->order == c.pair().order && c.models.b.file.find(name) != kNone ? name : "";
}

}  // namespace

std::vector<Edit> edits_for_lost(const Case& c, const Node& source, const Node& b) {
  if (const auto set = activation(c, b, word_of(source))) return {*set};
  const Graph& file = c.models.b.file;
  const ValueId value = file.find(c.models.b.graph.value(c.pair().b).name);
  const auto attributes = attributes_there(c, source, b);
  if (value == kNone || needs_constants(c, source) || !attributes.ok()) return {};
  const std::string name = file.value(value).name;
  std::vector<std::string> inputs;
  for (const ValueId v : source.inputs) {
    const std::string operand = operand_there(c, v, name);
    if (operand.empty()) return {};
    inputs.push_back(operand);
  }
  return {InsertNode{name + "/" + source.op_name,
                     source.op_name,
                     attributes->list(),
                     inputs,
                     {name + "/" + source.op_name},
                     readers_text(file, value)}};
}

std::vector<Edit> edits_for_extra(const Case& c, const Node& b, std::size_t slot) {
  const Node* node = file_node(c, b);
  if (!node) return {};
  if (node->op == b.op)
    return {DeleteNode{node_name(c.models.b.file, id_in(c.models.b.file, *node)), static_cast<std::int64_t>(slot)}};
  if (const auto set = activation(c, b, "none")) return {*set};
  return {};
}

std::vector<Edit> edits_for_other(const Case& c, const Node& source, const Node& b) {
  if (const auto set = activation(c, b, word_of(source))) return {*set};
  const Graph& file = c.models.b.file;
  const Node* node = file_node(c, b);
  const auto attributes = attributes_there(c, source, b);
  if (!node || node->op != b.op || node->outputs.size() != 1 || needs_constants(c, source) || !attributes.ok())
    return {};
  std::vector<std::string> inputs;
  for (const ValueId v : node->inputs)
    if (v != kNone && !file.value(v).is_constant()) inputs.push_back(file.value(v).name);
  const std::string name = file.value(node->outputs[0]).name + "/" + source.op_name;
  return {InsertNode{name, source.op_name, attributes->list(), inputs, {name}, readers_text(file, node->outputs[0])},
          DeleteNode{node_name(file, id_in(file, *node)), -1}};
}

}  // namespace dlas::study::localize
