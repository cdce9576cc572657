#include "model/executor/units.h"

#include <fmt/format.h>

namespace dlas {
namespace {

const Type* quantized_type(const Graph& graph, ValueId value) {
  if (value == kNone || !graph.value(value).type.quantized()) return nullptr;
  return &graph.value(value).type;
}

Error refusal(const Node& node, std::string_view expected, const std::string& slot, const Type& found) {
  return make_error(Code::unsupported, expected, text(found)).at_node(node.name, node.op_name).at_slot(slot);
}

// What an input must be for its stored integers to be used as they are; empty when it is.
std::string_view wanted_of_input(const Node& node, const Type& type, const Type& first) {
  switch (node.op->units) {
    case Units::refused: return "plain numbers, as the operator has no integer kernel";
    case Units::moved: return *type.quantization == *first.quantization ? "" : "the same quantisation for all inputs";
    case Units::compared: return type.quantization->per_axis() ? "one scale for the whole tensor" : "";
    case Units::real: return "";
  }
  return "";
}

}  // namespace

Status check_units(const Graph& graph, const Node& node) {
  if (node.op->run_quantized) return {};
  const Type* first = nullptr;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const Type* type = quantized_type(graph, node.inputs[i]);
    if (!type) continue;
    if (!first) first = type;
    if (const auto wanted = wanted_of_input(node, *type, *first); !wanted.empty())
      return refusal(node, wanted, slot_text(*node.op, i), *type);
  }
  if (node.op->units != Units::refused && node.op->units != Units::real) return {};
  for (std::size_t i = 0; i < node.outputs.size(); ++i)
    if (const Type* type = quantized_type(graph, node.outputs[i]))
      return refusal(node, "plain numbers, as the operator has no integer kernel", fmt::format("output {}", i), *type);
  return {};
}

}  // namespace dlas
