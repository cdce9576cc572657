// Calls of functions that the model defines itself: their bodies take the place of the call.
#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "model/format/onnx/build.h"

namespace dlas::onnx {

void Build::splice(const std::vector<NodeProto>& nodes, const std::vector<std::string_view>& formal_outputs,
                   Scope& inner, const NodeProto& call, const Scope& outer) {
  Draft before;
  before.name = call.name.empty() ? std::string(call.op_type) : std::string(call.name);
  before.origin = {file_.path(), std::string(call.name), call.offset, 0};
  std::vector<std::pair<std::string_view, ValueId>> copies;
  for (std::size_t i = 0; i < call.outputs.size() && i < formal_outputs.size(); ++i) {
    if (call.outputs[i].empty()) continue;
    const ValueId actual = outer.names.find(call.outputs[i])->second;
    const bool made = std::ranges::any_of(
        nodes, [&](const NodeProto& n) { return std::ranges::find(n.outputs, formal_outputs[i]) != n.outputs.end(); });
    if (made && inner.names.emplace(formal_outputs[i], actual).second) inner.given.insert(formal_outputs[i]);
    else copies.emplace_back(formal_outputs[i], actual);
  }
  body(nodes, inner);
  for (const auto& [formal, actual] : copies) {
    const ValueId source = inner.find(formal);
    if (source == kNone) {
      problem(make_error(Code::graph, "outputs that something computes", fmt::format("'{}'", formal))
                  .at_node(before.name, call.op_type));
      continue;
    }
    Draft identity = before;
    identity.op_type = "Identity";
    identity.opset = outer.opset;
    identity.inputs = {source};
    identity.outputs = {actual};
    add(std::move(identity));
  }
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

bool Build::inline_function(const NodeProto& proto, Scope& scope) {
  const auto it = std::ranges::find_if(model_.functions, [&](const FunctionProto& f) {
    return f.name == proto.op_type && f.domain == proto.domain && f.overload == proto.overload;
  });
  if (it == model_.functions.end()) return false;
  Scope inner;
  inner.opset = it->opsets.empty() ? scope.opset : standard_opset(it->opsets);
  if (!deeper(inner, scope, proto)) return true;
  for (std::size_t i = 0; i < it->inputs.size(); ++i) {
    const std::string_view actual = i < proto.inputs.size() ? proto.inputs[i] : std::string_view();
    const ValueId value = actual.empty() ? kNone : scope.find(actual);
    if (value == kNone && !actual.empty())
      problem(make_error(Code::graph, "inputs that something computes", fmt::format("'{}'", actual))
                  .at(proto.offset)
                  .at_node(proto.name, proto.op_type));
    inner.names.emplace(it->inputs[i], value);
  }
  std::vector<AttributeProto> bound = bound_attributes(proto, scope);
  for (const AttributeProto& d : it->defaults)
    if (std::ranges::find(bound, d.name, &AttributeProto::name) == bound.end()) bound.push_back(d);
  inner.bound = &bound;
  splice(it->nodes, it->outputs, inner, proto, scope);
  return true;
}

}  // namespace dlas::onnx
