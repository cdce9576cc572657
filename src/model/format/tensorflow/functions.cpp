// Calls of functions, and control flow whose condition is constant or computed from constants and fixed shapes: the branch that
// is taken stands in its place.
#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"
#include "model/format/tensorflow/network.h"

namespace dlas::tensorflow {
namespace {

// Names that TensorFlow gives calls by itself say nothing: "PartitionedCall", "StatefulPartitionedCall_3".
std::string prefix_of(const NodeProto& node) {
  std::string_view rest = node.name;
  if (rest.starts_with(node.op)) {
    rest.remove_prefix(node.op.size());
    if (rest.empty() || (rest[0] == '_' && parse_int(rest.substr(1)))) return {};
  }
  return std::string(node.name) + "/";
}

// A condition as a number: whether a scalar is not 0, or whether any other tensor has elements.
std::optional<std::int64_t> known_number(const Build& build, ValueId value) {
  const Tensor* t = build.constant(value);
  if (!t) return std::nullopt;
  if (t->rank() > 0) return t->count() > 0 ? 1 : 0;
  return is_float(t->dtype()) ? (t->number(0) != 0 ? 1 : 0) : t->integer(0);
}

constexpr std::string_view kOpenCondition = "its condition depends on the inputs of the model";

}  // namespace

Result<const Network::Function*> Network::function(std::string_view name) {
  if (const auto it = functions_.find(name); it != functions_.end()) return &it->second;
  const auto message = library_.find(name);
  if (message == library_.end()) return static_cast<const Function*>(nullptr);
  Function made;
  DLAS_ASSIGN(made.proto, parse_function(message->second));
  const FunctionProto& proto = made.proto;
  for (std::size_t i = 0; i < proto.nodes.size(); ++i) made.index.emplace(proto.nodes[i].name, i);
  for (std::size_t i = 0; i < proto.outputs.size(); ++i) made.outputs.emplace(proto.outputs[i].name, i);
  made.returned.insert(proto.returned.begin(), proto.returned.end());
  return &functions_.emplace(message->first, std::move(made)).first->second;
}

Status Network::call(Body& body, const NodeProto& node, State& state) {
  const AttributeProto* attribute = node.find("f");
  if (!attribute || attribute->kind != AttributeKind::function)
    return make_error(Code::format, "a call of a function", "none");
  DLAS_ASSIGN(const std::string_view name, function_of(*attribute));
  DLAS_ASSIGN(const auto arguments, inputs(body, node));
  return call_function(body, node, state, name, arguments);
}

// A node whose operator is a function of the file.
Status Network::call_by_name(Body& body, const NodeProto& node, State& state) {
  DLAS_ASSIGN(const auto arguments, inputs(body, node));
  return call_function(body, node, state, node.op, arguments);
}

Status Network::call_function(Body& body, const NodeProto& node, State& state, std::string_view name,
                              const std::vector<Flow>& arguments) {
  DLAS_ASSIGN(const Function* callee, function(name));
  if (callee == nullptr) return cannot(fmt::format("the function '{}', which is not in the file", name));
  const auto& formal = callee->proto.inputs;
  const bool many = std::ranges::count(formal, true, &ArgumentProto::many) > 0 ||
                    std::ranges::count(callee->proto.outputs, true, &ArgumentProto::many) > 0;
  if (many) return cannot("a function of lists of tensors");
  if (formal.size() != arguments.size())
    return make_error(Code::graph, fmt::format("{} arguments of '{}'", formal.size(), name),
                      fmt::format("{}", arguments.size()));
  if (std::ranges::count(arguments, Flow::Kind::dead, &Flow::kind) > 0) return kill(state);
  if (active_.contains(name)) return cannot(fmt::format("the function '{}', which calls itself", name));
  if (body.depth >= limits().subgraph_depth)
    return make_error(Code::limit, fmt::format("at most {} nested functions", limits().subgraph_depth), "more");
  return expand(body, node, state, *callee, arguments);
}

// Of the function's outputs only those that somebody reads.
Status Network::expand(const Body& body, const NodeProto& node, State& state, const Function& function,
                       const std::vector<Flow>& arguments) {
  const FunctionProto& proto = function.proto;
  auto frame = std::make_unique<Frame>(Body{proto.nodes, function.index});
  Body& inner = frame->body;
  inner.depth = body.depth + 1;
  inner.prefix = body.prefix + prefix_of(node);
  DLAS_TRY(build_.spend(1 + arguments.size() / 8));
  for (std::size_t i = 0; i < arguments.size(); ++i) inner.arguments.emplace(proto.inputs[i].name, arguments[i]);
  std::vector<char> taken(proto.outputs.size(), 0);
  for (const auto& [reference, order] : state.asked) {
    const auto named = function.outputs.find(reference.argument);
    const std::size_t place = reference.index + (named == function.outputs.end() ? 0 : named->second);
    if (place >= proto.outputs.size() || taken[place]) continue;
    const auto it = function.returned.find(proto.outputs[place].name);
    if (it == function.returned.end())
      return make_error(Code::graph, fmt::format("what the function returns as '{}'", proto.outputs[place].name),
                        "nothing");
    taken[place] = 1;
    frame->places.push_back(place);
    frame->wanted.push_back(reference_of(it->second));
  }
  frame->state = &state;
  frame->function = &function;
  active_.insert(proto.name);
  return push(std::move(frame));
}

// If and Case: the first input chooses, the others are what the branch gets.
Status Network::branch(Body& body, const NodeProto& node, State& state) {
  DLAS_ASSIGN(auto flows, inputs(body, node));
  if (flows.empty()) return make_error(Code::graph, "a condition", "none");
  if (flows[0].kind == Flow::Kind::dead) return kill(state);
  DLAS_ASSIGN(const ValueId condition, value(flows[0]));
  const auto known = known_number(build_, condition);
  if (!known) return cannot(kOpenCondition);
  std::string_view name;
  if (node.op.ends_with("If")) {
    const AttributeProto* taken = node.find(*known != 0 ? "then_branch" : "else_branch");
    if (!taken || taken->kind != AttributeKind::function) return make_error(Code::format, "two branches", "none");
    DLAS_ASSIGN(name, function_of(*taken));
  } else {
    const AttributeProto* list = node.find("branches");
    if (!list || list->kind != AttributeKind::list) return make_error(Code::format, "branches", "none");
    DLAS_ASSIGN(const auto names, functions_of(*list));
    if (names.empty()) return make_error(Code::format, "branches", "none");
    const bool inside = *known >= 0 && *known < std::ssize(names);  // else the last one
    name = inside ? names[static_cast<std::size_t>(*known)] : names.back();
  }
  flows.erase(flows.begin());
  return call_function(body, node, state, name, flows);
}

// Inputs: data, condition. Outputs: the data if the condition is false, and if it is true; of _SwitchN one for each number.
Status Network::switch_by(Body& body, const NodeProto& node, State& state) {
  DLAS_ASSIGN(const auto flows, inputs(body, node));
  if (flows.size() != 2) return make_error(Code::graph, "data and a condition", fmt::format("{} inputs", flows.size()));
  if (flows[0].kind == Flow::Kind::dead || flows[1].kind == Flow::Kind::dead) return kill(state);
  DLAS_ASSIGN(const ValueId condition, value(flows[1]));
  const auto known = known_number(build_, condition);
  if (!known) return cannot(kOpenCondition);
  const Flow dead{Flow::Kind::dead, kNone};
  state.by_asked = true;
  state.flows.assign(state.asked.size(), dead);
  const AttributeProto* outputs = node.find("num_outs");
  const std::int64_t last = (node.op == "_SwitchN" && outputs ? outputs->integer : 2) - 1;
  const std::int64_t taken = last == 1 ? std::int64_t{*known != 0} : *known >= 0 && *known < last ? *known : last;
  for (const auto& [asked, place] : state.asked) {
    const bool named = asked.argument == "output_true";
    if (static_cast<std::int64_t>(asked.index) + std::int64_t{named} == taken) state.flows[place] = flows[0];
  }
  return {};
}

// The one input that exists, and its place.
Status Network::merge(Body& body, const NodeProto& node, State& state) {
  DLAS_ASSIGN(const auto flows, inputs(body, node));
  std::vector<std::size_t> alive;
  for (std::size_t i = 0; i < flows.size(); ++i) {
    if (flows[i].kind == Flow::Kind::missing) return cannot("a loop");
    if (flows[i].kind != Flow::Kind::dead) alive.push_back(i);
  }
  if (alive.empty()) return kill(state);
  if (alive.size() > 1) return cannot("branches of which more than one may be taken");
  state.by_asked = true;
  state.flows.assign(state.asked.size(), flows[alive[0]]);
  for (const auto& [asked, place] : state.asked)
    if (asked.argument.empty() ? asked.index == 1 : asked.argument == "value_index")
      state.flows[place] =
          Flow::of(build_.constant(Tensor::scalar(static_cast<std::int32_t>(alive[0])), "value_index"));
  return {};
}

}  // namespace dlas::tensorflow
