#include "model/graph/infer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/checked.h"
#include "base/limits.h"

namespace dlas {
namespace {

Status check_count(const Op& op, std::string_view node, const Types& in) {
  const auto want = slots(op.inputs);
  const bool variadic = !want.empty() && want.back().variadic;
  std::size_t least = 0;
  for (std::size_t i = 0; i < want.size(); ++i)
    if (!want[i].optional) least = i + 1;
  if (in.size() > want.size() && !variadic)
    return make_error(Code::type, fmt::format("at most {} inputs", want.size()), fmt::format("{}", in.size()))
        .at_node(node, op.name);
  for (std::size_t i = 0; i < std::max(least, in.size()); ++i) {
    const Slot& slot = want[std::min(i, want.size() - 1)];
    if (!slot.optional && !in.has(i))
      return make_error(Code::type, "an input", "none").at_node(node, op.name).at_slot(slot_text(op, i));
  }
  return {};
}

// The type that says more, part by part.
Result<Type> merged_type(const Type& declared, const Type& inferred, const Node& node) {
  Type out = inferred;
  const auto clash = [&] {
    return make_error(Code::type, "output " + text(declared) + " as declared",
                      text(inferred) + " by the operator's rule")
        .at_node(node.name, node.op_name);
  };
  if (declared.dtype != DType::none && inferred.dtype != DType::none && declared.dtype != inferred.dtype)
    return clash();
  if (inferred.dtype == DType::none) out.dtype = declared.dtype;
  if (!inferred.dims) out.dims = declared.dims;
  if (inferred.dims && declared.dims) {
    if (inferred.rank() != declared.rank()) return clash();
    for (std::size_t i = 0; i < inferred.rank(); ++i) {
      const auto m = merged(inferred.dim(i), declared.dim(i));
      if (!m) return clash();
      (*out.dims)[i] = *m;
    }
  }
  if (!out.quantization) out.quantization = declared.quantization;
  if (out.axes.empty()) out.axes = declared.axes;
  return out;
}

Status check_size(const Type& type, const Node& node) {
  if (!type.fixed()) return {};
  const auto elements = checked_product(type.shape());
  if (!elements || static_cast<std::uint64_t>(*elements) > limits().elements || type.rank() > limits().rank)
    return make_error(Code::limit, "an output within the limits of size and rank", text(type))
        .at_node(node.name, node.op_name);
  return {};
}

// An input is there but its type is not known: it comes from an unknown operator, or its rank depends on data.
bool any_untyped(const Graph& graph, const Node& node) {
  return std::ranges::any_of(node.inputs,
                             [&](ValueId v) { return v != kNone && graph.value(v).type.dtype == DType::none; });
}

}  // namespace

Result<Types> infer_node(const Op& op, std::string_view node, const AttributeSet& attributes, const Types& in,
                         std::span<const Tensor> constants, std::size_t outputs) {
  DLAS_TRY(check_count(op, node, in));
  const auto want = slots(op.outputs);
  const bool variadic = !want.empty() && want.back().variadic;
  if (outputs > want.size() && !variadic)
    return make_error(Code::type, fmt::format("at most {} outputs", want.size()), fmt::format("{}", outputs))
        .at_node(node, op.name);
  for (std::size_t i = 0; i < in.size(); ++i)
    if (in.has(i) && !in[i].ranked()) return Types(std::vector<Type>(std::max(outputs, want.size())));
  const Site site{op, node, attributes, constants, outputs};
  auto types = op.infer(site, in);
  if (!types.ok()) return types.error().at_node(node, op.name);
  if (types->size() < outputs)
    return make_error(Code::internal, "a type for every output", fmt::format("{}", types->size()))
        .at_node(node, op.name);
  return types;
}

Status infer_types(Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  if (!node.op || any_untyped(graph, node)) return {};
  const auto constants = input_constants(graph, node);
  DLAS_ASSIGN(const Types types, infer_node(*node.op, node.name, node.attributes, input_types(graph, node), constants,
                                            node.outputs.size()));
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    if (node.outputs[i] == kNone) continue;
    Value& value = graph.value(node.outputs[i]);
    DLAS_ASSIGN(value.type, merged_type(value.type, types[i], node));
    DLAS_TRY(check_size(value.type, node));
  }
  return {};
}

Status infer_types(Graph& graph) {
  for (NodeId n = 0; n < static_cast<NodeId>(graph.nodes().size()); ++n) DLAS_TRY(infer_types(graph, n));
  return {};
}

}  // namespace dlas
