#include "study/localize/normal/full_floats.h"

#include <algorithm>

#include "compiler/attributes.h"
#include "model/graph/infer.h"
#include "study/compare/side.h"

namespace dlas::study::localize {
namespace {

bool other_float(DType dtype) { return is_float(dtype) && dtype != DType::f32; }

// An operator with an attribute for the type of its output.
void set_result(Node& node) {
  if (!node.op) return;
  for (const std::string_view name : {"to", "dtype"})
    if (const auto dtype = compiler::element_type(node, name); dtype && other_float(*dtype))
      node.attributes = compiler::with(*node.op, node.attributes, {{std::string(name), DType::f32}});
}

}  // namespace

Status make_floats_full(Graph& graph) {
  const auto other = [](const Value& value) { return other_float(value.type.dtype); };
  if (std::ranges::none_of(graph.values(), other)) return {};
  for (std::size_t i = 0; i < graph.values().size(); ++i) {
    Value& value = graph.value(static_cast<ValueId>(i));
    if (value.is_constant() && other(value)) {
      value.constant = real_values(value.constant, {});
      value.type = Type::of(value.constant);
    } else if (value.producer != kNone) {
      Type fresh;
      fresh.dims = value.type.dims;
      value.type = std::move(fresh);
    } else if (other(value)) {
      value.type = value.type.with_dtype(DType::f32);
    }
  }
  for (std::size_t n = 0; n < graph.nodes().size(); ++n) set_result(graph.node(static_cast<NodeId>(n)));
  return infer_types(graph);
}

}  // namespace dlas::study::localize
