// Nodes that are no operators of the graph: inputs, constants, variables, and those that hand on what they get.
#include <fmt/format.h>

#include <algorithm>

#include "model/format/tensorflow/convert.h"
#include "model/format/tensorflow/network.h"

namespace dlas::tensorflow {

const std::map<std::string_view, Network::Special>& Network::specials() {
  static const std::map<std::string_view, Special> table = {
      {"Assert", &Network::nothing},
      {"Case", &Network::branch},
      {"CheckNumerics", &Network::same},
      {"Const", &Network::constant},
      {"EnsureShape", &Network::same},
      {"Identity", &Network::same},
      {"IdentityN", &Network::same},
      {"If", &Network::branch},
      {"Merge", &Network::merge},
      {"NoOp", &Network::nothing},
      {"PartitionedCall", &Network::call},
      {"Placeholder", &Network::placeholder},
      {"PlaceholderV2", &Network::placeholder},
      {"PlaceholderWithDefault", &Network::placeholder},
      {"PreventGradient", &Network::same},
      {"ReadVariableOp", &Network::same},
      {"RefIdentity", &Network::same},
      {"RefMerge", &Network::merge},
      {"RefSwitch", &Network::switch_by},
      {"ResourceGather", &Network::gather_from},
      {"ResourceGatherNd", &Network::gather_from},
      {"Snapshot", &Network::same},
      {"StatefulPartitionedCall", &Network::call},
      {"StatelessCase", &Network::branch},
      {"StatelessIf", &Network::branch},
      {"StopGradient", &Network::same},
      {"Switch", &Network::switch_by},
      {"VarHandleOp", &Network::handle},
      {"Variable", &Network::handle},
      {"VariableV2", &Network::handle},
      {"_SwitchN", &Network::switch_by},
  };
  return table;
}

// One that no input was given for has a default, or becomes an input.
Status Network::placeholder(Body& body, const NodeProto& node, State& state) {
  const auto given = given_.find(node.name);
  if (body.depth == 0 && given != given_.end()) {
    state.flows = {Flow::of(given->second)};
    return {};
  }
  if (node.op == "PlaceholderWithDefault") return same(body, node, state);
  return cannot("an input that is not among those of the signature");
}

Status Network::constant(Body& body, const NodeProto& node, State& state) {
  const AttributeProto* attribute = node.find("value");
  if (!attribute || attribute->kind != AttributeKind::tensor)
    return make_error(Code::format, "a constant with a value", "none");
  DLAS_ASSIGN(const TensorProto proto, parse_tensor(attribute->message));
  DLAS_ASSIGN(Tensor tensor, build_.load(proto));
  Provenance origin{build_.source().path, std::string(node.name), proto.offset, 0};
  if (proto.content && !proto.content->bytes.empty()) {
    origin.offset = proto.content->offset;
    origin.bytes = proto.content->bytes.size();
  }
  state.flows = {Flow::of(
      build_.graph().add_constant(body.prefix + std::string(node.name), std::move(tensor), std::move(origin)))};
  return {};
}

Status Network::same(Body& body, const NodeProto& node, State& state) {
  DLAS_ASSIGN(state.flows, inputs(body, node));
  if (state.flows.empty()) return make_error(Code::graph, "an input", "none");
  if (node.op != "ReadVariableOp" || state.flows[0].kind != Flow::Kind::variable) return {};
  DLAS_ASSIGN(const ValueId read, value(state.flows[0]));
  state.flows[0] = Flow::of(read);
  return {};
}

Status Network::handle(Body& body, const NodeProto& node, State& state) {
  if (body.depth > 0) return cannot("a variable that a function makes");
  known_variables_.push_back({&node, kNone});
  state.flows = {{Flow::Kind::variable, static_cast<std::int32_t>(known_variables_.size() - 1)}};
  return {};
}

// A constant, made when it is read first. Without a value the graph shows but does not run.
Result<ValueId> Network::variable_value(std::size_t variable) {
  if (known_variables_[variable].value != kNone) return known_variables_[variable].value;
  const NodeProto& node = *known_variables_[variable].handle;
  std::string why = "a variable whose value is not in the file";
  ValueId made = kNone;
  if (variables_ != nullptr) {
    auto stored = variables_->value(node);
    if (stored.ok())
      made = build_.graph().add_constant(stored->name, std::move(stored->tensor), std::move(stored->origin));
    else if (stored.error().code != Code::unsupported) return stored.error();
    else why = stored.error().found;
  }
  if (made == kNone) {
    const std::string name = build_.name();
    const Provenance origin = build_.origin();
    build_.begin(std::string(node.name), {build_.source().path, std::string(node.name), node.offset, 0});
    made = build_.keep_unknown(node.op, {}, 1, why)[0];
    build_.begin(name, origin);
  }
  return known_variables_[variable].value = made;
}

// Rows of a variable: Gather and GatherNd of its value.
Status Network::gather_from(Body& body, const NodeProto& node, State& state) {
  DLAS_ASSIGN(const auto flows, inputs(body, node));
  if (std::ranges::count(flows, Flow::Kind::dead, &Flow::kind) > 0) return kill(state);
  NodeProto plain = node;
  plain.op = node.op == "ResourceGather" ? "Gather" : "GatherNd";
  DLAS_ASSIGN(auto in, known_values(flows));
  Call call(build_, plain, std::move(in));
  DLAS_ASSIGN(const auto made, convert(call));
  for (const ValueId v : made) state.flows.push_back(Flow::of(v));
  return {};
}

Status Network::nothing(Body&, const NodeProto&, State& state) { return kill(state); }

}  // namespace dlas::tensorflow
