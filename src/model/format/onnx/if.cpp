// If whose condition is constant, or computed from constants and fixed shapes: the branch that is taken stands in its
// place.
#include <algorithm>

#include "model/executor/fold.h"
#include "model/format/onnx/build.h"
#include "model/graph/infer.h"

namespace dlas::onnx {

void Build::fold_added() {
  for (; folded_ < static_cast<NodeId>(graph_.nodes().size()); ++folded_) {
    // Errors are told when the finished graph is folded.
    if (!infer_types(graph_, folded_).ok() || !fold_node(graph_, folded_, folded_bytes_).ok()) continue;
  }
}

bool Build::inline_if(const NodeProto& proto, Scope& scope) {
  if (proto.op_type != "If" || !standard_domain(proto.domain) || proto.inputs.size() != 1) return false;
  const ValueId condition = scope.find(proto.inputs[0]);
  if (condition != kNone && !graph_.value(condition).is_constant()) fold_added();
  if (condition == kNone || !graph_.value(condition).is_constant()) return false;
  const Tensor& value = graph_.value(condition).constant;
  if (value.dtype() != DType::boolean || value.count() != 1) return false;
  const std::string_view taken = value.integer(0) != 0 ? "then_branch" : "else_branch";
  const auto it = std::ranges::find(proto.attributes, taken, &AttributeProto::name);
  if (it == proto.attributes.end() || !it->g) return false;
  if (!ok()) return true;
  Scope inner;
  inner.outer = &scope;
  inner.opset = scope.opset;
  inner.bound = scope.bound;
  if (!deeper(inner, scope, proto) || !spend(it->g->bytes.size() / 64)) return true;
  const auto branch = parse_graph(*it->g);
  if (!branch.ok()) {
    problem(branch.error());
    return true;
  }
  initializers(*branch, inner);
  std::vector<std::string_view> outputs;
  for (const ValueInfoProto& o : branch->outputs) outputs.push_back(o.name);
  splice(branch->nodes, outputs, inner, proto, scope);
  return true;
}

}  // namespace dlas::onnx
