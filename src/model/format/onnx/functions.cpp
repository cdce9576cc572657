// Calls of functions that the model defines itself: their bodies take the place of the call.
#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "model/format/onnx/build.h"

namespace dlas::onnx {

// What the body computes gets the caller's values as its outputs; the rest is copied when the body is done.
Build::Copies Build::give_outputs(const std::vector<NodeProto>& nodes,
                                  const std::vector<std::string_view>& formal_outputs, Scope& inner,
                                  const NodeProto& call, const Scope& outer) {
  std::set<std::string_view> made;
  for (const NodeProto& n : nodes) made.insert(n.outputs.begin(), n.outputs.end());
  Copies copies;
  for (std::size_t i = 0; i < call.outputs.size() && i < formal_outputs.size(); ++i) {
    if (call.outputs[i].empty()) continue;
    const ValueId actual = outer.names.find(call.outputs[i])->second;
    if (made.contains(formal_outputs[i]) && inner.names.emplace(formal_outputs[i], actual).second)
      inner.given.insert(formal_outputs[i]);
    else copies.emplace_back(formal_outputs[i], actual);
  }
  return copies;
}

void Build::copy_outputs(const Copies& copies, const Scope& inner, const NodeProto& call, const Scope& outer) {
  for (const auto& [formal, actual] : copies) {
    Draft identity;
    identity.name = call.name.empty() ? std::string(call.op_type) : std::string(call.name);
    identity.origin = {file_.path(), std::string(call.name), call.offset, 0};
    const ValueId source = inner.find(formal);
    if (source == kNone) {
      problem(make_error(Code::graph, "outputs that something computes", fmt::format("'{}'", formal))
                  .at_node(identity.name, call.op_type));
      continue;
    }
    identity.op_type = "Identity";
    identity.opset = outer.opset;
    identity.inputs = {source};
    identity.outputs = {actual};
    add(std::move(identity));
  }
}

void Build::splice(const std::vector<NodeProto>& nodes, const std::vector<std::string_view>& formal_outputs,
                   Scope& inner, const NodeProto& call, const Scope& outer) {
  const Copies copies = give_outputs(nodes, formal_outputs, inner, call, outer);
  body(nodes, inner);
  copy_outputs(copies, inner, call, outer);
}

bool Build::deeper(Scope& inner, const Scope& outer, const NodeProto& call) {
  inner.depth = outer.depth + 1;
  if (inner.depth <= limits().subgraph_depth) return true;
  problem(
      make_error(Code::limit, fmt::format("at most {} nested graphs and functions", limits().subgraph_depth), "more")
          .at(call.offset)
          .at_node(call.name, call.op_type));
  return false;
}

void Build::bind_inputs(const FunctionProto& function, Scope& inner, const NodeProto& call, const Scope& outer) {
  for (std::size_t i = 0; i < function.inputs.size(); ++i) {
    const std::string_view actual = i < call.inputs.size() ? call.inputs[i] : std::string_view();
    const ValueId value = actual.empty() ? kNone : outer.find(actual);
    if (value == kNone && !actual.empty())
      problem(make_error(Code::graph, "inputs that something computes", fmt::format("'{}'", actual))
                  .at(call.offset)
                  .at_node(call.name, call.op_type));
    inner.names.emplace(function.inputs[i], value);
  }
}

bool Build::inline_function(const NodeProto& proto, Scope& scope) {
  const auto it = functions_.find(std::tuple(proto.domain, proto.op_type, proto.overload));
  if (it == functions_.end()) return false;
  if (!ok()) return true;  // the file is refused: what is only told once more is not expanded
  const FunctionProto& function = *it->second;
  Scope inner;
  inner.opset = function.opsets.empty() ? scope.opset : standard_opset(function.opsets);
  if (!deeper(inner, scope, proto) || !spend((function.inputs.size() + function.defaults.size()) / 8)) return true;
  bind_inputs(function, inner, proto, scope);
  std::map<std::string_view, AttributeProto> bound;
  for (const AttributeProto& a : bound_attributes(proto, scope)) bound.emplace(a.name, a);
  for (const AttributeProto& d : function.defaults) bound.emplace(d.name, d);  // unless the call gives it
  inner.bound = &bound;
  splice(function.nodes, function.outputs, inner, proto, scope);
  return true;
}

}  // namespace dlas::onnx
