#include "model/format/tensorflow/network.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"
#include "model/format/tensorflow/convert.h"

namespace dlas::tensorflow {
namespace {

std::map<std::string_view, std::size_t> index_of(const std::vector<NodeProto>& nodes) {
  std::map<std::string_view, std::size_t> out;
  for (std::size_t i = 0; i < nodes.size(); ++i) out.emplace(nodes[i].name, i);
  return out;
}

bool is_merge(std::string_view op) { return op == "Merge" || op == "RefMerge"; }
bool goes_round(std::string_view op) { return op == "NextIteration" || op == "RefNextIteration"; }

}  // namespace

Reference reference_of(std::string_view text) {
  Reference out;
  if (text.starts_with('^')) {
    out.control = true;
    text.remove_prefix(1);
  }
  const std::size_t first = text.find(':');
  out.node = text.substr(0, first);
  if (first == std::string_view::npos) return out;
  const std::string_view rest = text.substr(first + 1);
  const std::size_t second = rest.find(':');
  const std::string_view last = second == std::string_view::npos ? rest : rest.substr(second + 1);
  if (second != std::string_view::npos) out.argument = rest.substr(0, second);
  if (const auto number = parse_int(last); number && *number >= 0) out.index = static_cast<std::size_t>(*number);
  else if (second == std::string_view::npos) out.argument = rest;
  return out;
}

Network::Network(const GraphProto& graph, Build& build, const Variables* variables)
    : graph_(graph), build_(build), variables_(variables), index_(index_of(graph.nodes)) {
  for (const Message& message : graph.functions) {
    const auto name = function_name(message);
    if (name.ok()) library_.emplace(*name, message);
    else if (!problem_) problem_ = name.error();
  }
}

Result<std::vector<ValueId>> Network::values(const std::vector<std::string_view>& tensors) {
  if (problem_) return *problem_;
  std::vector<Reference> wanted;
  for (const std::string_view tensor : tensors) wanted.push_back(reference_of(tensor));
  DLAS_ASSIGN(const auto flows, run(wanted));
  std::vector<ValueId> out;
  for (const Flow& flow : flows) {
    DLAS_ASSIGN(out.emplace_back(), value(flow));
  }
  return out;
}

Status Network::push(std::unique_ptr<Frame> frame) {
  DLAS_ASSIGN(frame->order, sorted(frame->body, frame->wanted));
  frames_.push_back(std::move(frame));
  return {};
}

Result<std::vector<Flow>> Network::flows_of(Frame& frame) {
  std::vector<Flow> out;
  for (const Reference& reference : frame.wanted) {
    DLAS_ASSIGN(out.emplace_back(), flow(frame.body, reference));
  }
  return out;
}

// Node by node; one that calls a function puts a frame on top, whose outputs become those of the call when it is done.
Result<std::vector<Flow>> Network::run(const std::vector<Reference>& wanted) {
  auto whole = std::make_unique<Frame>(Body{graph_.nodes, index_});
  whole->wanted = wanted;
  DLAS_TRY(push(std::move(whole)));
  while (true) {
    Frame& top = *frames_.back();
    if (top.next < top.order.size()) {
      DLAS_TRY(node(top.body, top.order[top.next++]));
      continue;
    }
    DLAS_ASSIGN(auto flows, flows_of(top));
    const std::unique_ptr<Frame> done = std::move(frames_.back());
    frames_.pop_back();
    if (!done->state) return flows;
    active_.erase(done->function->proto.name);
    done->state->called = done->function;
    done->state->flows.assign(done->function->proto.outputs.size(), {});
    for (std::size_t i = 0; i < flows.size(); ++i) done->state->flows[done->places[i]] = flows[i];
  }
}

// Notes that somebody reads an output; a node not yet met goes onto the stack.
Status Network::ask(Body& body, const Reference& reference, std::string_view reader, std::vector<std::size_t>& stack) {
  if (reference.control) return {};
  if (reference.argument.empty() && body.arguments.contains(reference.node)) return {};
  const auto it = body.index.find(reference.node);
  if (it == body.index.end())
    return make_error(Code::graph, "inputs that something computes", fmt::format("'{}'", reference.node))
        .at_node(reader, "");
  State& state = body.states[it->second];
  state.asked.emplace(reference, state.asked.size());
  if (state.open)
    return make_error(Code::graph, "a graph without cycles", "one through this node")
        .at_node(reference.node, body.nodes[it->second].op);
  if (!state.done) stack.push_back(it->second);
  return {};
}

// Depth first: a node is met twice on the stack, first to put what it reads on top of it, then to come out.
// What a loop carries round is left out, so that only real cycles are errors.
Result<std::vector<std::size_t>> Network::sorted(Body& body, const std::vector<Reference>& wanted) {
  std::vector<std::size_t> stack, out;
  for (const Reference& reference : wanted) DLAS_TRY(ask(body, reference, "", stack));
  while (!stack.empty()) {
    const std::size_t i = stack.back();
    State& state = body.states[i];
    if (state.done || state.open) {
      stack.pop_back();
      if (!state.done) out.push_back(i);
      state.open = false;
      state.done = true;
      continue;
    }
    state.open = true;
    const NodeProto& node = body.nodes[i];
    DLAS_TRY(build_.spend(1 + node.inputs.size() / 8));
    for (const std::string_view input : node.inputs) {
      const Reference reference = reference_of(input);
      const auto it = is_merge(node.op) ? body.index.find(reference.node) : body.index.end();
      if (it != body.index.end() && goes_round(body.nodes[it->second].op)) continue;
      DLAS_TRY(ask(body, reference, node.name, stack));
    }
  }
  return out;
}

void Network::begin(const Body& body, const NodeProto& node) {
  build_.begin(body.prefix + std::string(node.name), {build_.source().path, std::string(node.name), node.offset, 0});
}

Status Network::node(Body& body, std::size_t index) {
  const NodeProto& node = body.nodes[index];
  State& state = body.states[index];
  begin(body, node);
  const auto special = specials().find(node.op);
  Status status;
  if (special != specials().end()) status = (this->*special->second)(body, node, state);
  else if (library_.contains(node.op)) status = call_by_name(body, node, state);
  else status = operation(body, node, state);
  if (status.ok()) return status;
  if (status.error().code == Code::unsupported && state.flows.empty())
    return keep(body, node, state, status.error().found);
  Error error = status.error();
  if (error.file.empty()) error.at(node.offset);
  return error.at_node(build_.name(), node.op);
}

Status Network::operation(Body& body, const NodeProto& node, State& state) {
  DLAS_ASSIGN(const auto flows, inputs(body, node));
  if (std::ranges::count(flows, Flow::Kind::dead, &Flow::kind) > 0) return kill(state);
  DLAS_ASSIGN(auto in, known_values(flows));
  Call call(build_, node, std::move(in));
  DLAS_ASSIGN(const auto made, convert(call));
  for (const ValueId v : made) state.flows.push_back(Flow::of(v));
  return {};
}

// No output exists.
Status Network::kill(State& state) {
  state.by_asked = true;
  state.flows.assign(state.asked.size(), Flow{Flow::Kind::dead, kNone});
  return {};
}

// The operator as the file has it, with the outputs that are read.
Status Network::keep(Body& body, const NodeProto& node, State& state, std::string_view why) {
  DLAS_ASSIGN(const auto flows, inputs(body, node));
  std::vector<ValueId> in;
  for (const Flow& f : flows) {
    if (f.kind == Flow::Kind::dead || f.kind == Flow::Kind::missing) continue;
    DLAS_ASSIGN(in.emplace_back(), value(f));
  }
  begin(body, node);  // a variable may have been read in between
  state.by_asked = true;
  for (const ValueId v : build_.keep_unknown(node.op, std::move(in), state.asked.size(), why))
    state.flows.push_back(Flow::of(v));
  return {};
}

std::size_t Network::place_of(const State& state, std::string_view op, const Reference& reference) {
  if (state.by_asked) return state.asked.find(reference)->second;
  if (reference.argument.empty()) return reference.index;
  if (state.called) {
    const auto named = state.called->outputs.find(reference.argument);
    return named == state.called->outputs.end() ? reference.index : named->second + reference.index;
  }
  const auto first = output_of(op, reference.argument);
  return first ? *first + reference.index : state.flows.size();
}

Result<Flow> Network::flow(Body& body, const Reference& reference) {
  if (reference.argument.empty())
    if (const auto it = body.arguments.find(reference.node); it != body.arguments.end()) return it->second;
  const std::size_t at = body.index.find(reference.node)->second;
  const NodeProto& node = body.nodes[at];
  const State& state = body.states[at];
  const std::size_t place = place_of(state, node.op, reference);
  if (place < state.flows.size() && state.flows[place].kind != Flow::Kind::missing) return state.flows[place];
  // An output that dlas does not compute, such as statistics of training.
  begin(body, node);
  return Flow::of(build_.keep_unknown(node.op, {}, 1, fmt::format("output {} is not computed", place))[0]);
}

Result<std::vector<Flow>> Network::inputs(Body& body, const NodeProto& node) {
  std::vector<Flow> out;
  for (const std::string_view input : node.inputs) {
    const Reference reference = reference_of(input);
    if (reference.control) continue;
    const auto it = body.index.find(reference.node);
    if (it != body.index.end() && is_merge(node.op) && goes_round(body.nodes[it->second].op)) {
      out.emplace_back();
      continue;
    }
    DLAS_ASSIGN(out.emplace_back(), flow(body, reference));
  }
  begin(body, node);
  return out;
}

Result<ValueId> Network::value(const Flow& flow) {
  if (flow.kind == Flow::Kind::variable) return variable_value(static_cast<std::size_t>(flow.id));
  return flow.id;
}

Result<std::vector<ValueId>> Network::known_values(const std::vector<Flow>& flows) {
  std::vector<ValueId> out;
  for (const Flow& f : flows) {
    DLAS_ASSIGN(out.emplace_back(), value(f));
  }
  return out;
}

}  // namespace dlas::tensorflow
