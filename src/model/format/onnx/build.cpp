#include "model/format/onnx/build.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "model/format/onnx/adapt.h"
#include "model/format/onnx/attributes.h"
#include "model/format/onnx/tensor.h"
#include "model/graph/infer.h"
#include "model/op/list.h"

namespace dlas::onnx {
namespace {

// Types as far as they can be told now: adapters of old forms need ranks. Errors are told by the final inference.
void infer_early(Graph& graph, const Node& node) {
  const auto types = infer_node(*node.op, node.name, node.attributes, input_types(graph, node),
                                input_constants(graph, node), node.outputs.size());
  if (!types.ok()) return;
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    if (node.outputs[i] == kNone) continue;
    Type& type = graph.value(node.outputs[i]).type;
    if (type.dtype == DType::none || !type.ranked()) type = (*types)[i];
  }
}

Result<Tensor> constant_of(const NamedAttribute& a) {
  if (const auto* tensor = std::get_if<Tensor>(&a.value)) return *tensor;
  if (const auto* i = std::get_if<std::int64_t>(&a.value)) return Tensor::scalar<std::int64_t>(*i);
  if (const auto* f = std::get_if<double>(&a.value)) return Tensor::scalar<float>(static_cast<float>(*f));
  if (const auto* ints = std::get_if<std::vector<std::int64_t>>(&a.value)) return Tensor::of_i64(*ints);
  if (const auto* floats = std::get_if<std::vector<double>>(&a.value)) {
    const std::vector<float> narrow(floats->begin(), floats->end());
    return Tensor::of<float>({static_cast<std::int64_t>(narrow.size())}, std::span<const float>(narrow));
  }
  return make_error(Code::unsupported, "a constant of numbers", "an attribute '" + a.name + "'");
}

}  // namespace

bool standard_domain(std::string_view domain) { return domain.empty() || domain == "ai.onnx"; }

std::int64_t standard_opset(const std::vector<OpsetProto>& opsets) {
  std::int64_t version = 1;
  for (const OpsetProto& opset : opsets)
    if (standard_domain(opset.domain)) version = opset.version;
  return version;
}

Build::Build(File file, const ModelProto& model) : file_(std::move(file)) {
  for (const FunctionProto& f : model.functions) functions_.emplace(std::tuple(f.domain, f.name, f.overload), &f);
}

void Build::problem(Error error) {
  ++problem_count_;
  if (problems_.size() < limits().problems) problems_.push_back(std::move(error.in(file_.path())));
}

Error Build::problems() const {
  Error first = problems_.front();
  for (std::size_t i = 1; i < problems_.size(); ++i) first.during("also: " + problems_[i].message());
  if (problem_count_ > problems_.size())
    first.during(fmt::format("and {} more problems", problem_count_ - problems_.size()));
  return first;
}

bool Build::spend(std::uint64_t amount) {
  const bool before = spent_ > limits().nodes;
  spent_ += amount;
  if (spent_ <= limits().nodes) return true;
  if (!before)
    problem(make_error(Code::limit, fmt::format("at most {} nodes", limits().nodes), "more")
                .try_this("--limit nodes=" + std::to_string(10 * limits().nodes)));
  return false;
}

void Build::note(Severity severity, std::string_view node_name, std::string text) {
  graph_.notes.push_back({severity, std::string(node_name), std::move(text)});
}

ValueId Build::constant(std::string name, Tensor tensor, Provenance origin) {
  return graph_.add_constant(std::move(name), std::move(tensor), std::move(origin));
}

ValueId Build::emit(std::string op_type, AttributeList list, std::vector<ValueId> inputs, const Draft& before) {
  Value value;
  value.name = before.name + "/" + op_type;
  Draft draft;
  draft.name = value.name;
  draft.op_type = std::move(op_type);
  draft.opset = kNewestOpset;
  draft.attributes = std::move(list);
  draft.inputs = std::move(inputs);
  draft.outputs = {graph_.add_value(std::move(value))};
  draft.origin = before.origin;
  const ValueId out = draft.outputs.front();
  add(std::move(draft));
  return out;
}

Status Build::constant_node(const Draft& draft) {
  if (draft.attributes.size() != 1 || draft.outputs.size() != 1 || draft.outputs[0] == kNone)
    return make_error(Code::unsupported, "a Constant of one attribute and one output",
                      fmt::format("{} and {}", draft.attributes.size(), draft.outputs.size()));
  auto tensor = constant_of(draft.attributes.front());
  if (!tensor.ok()) return tensor.error();
  Value& value = graph_.value(draft.outputs[0]);
  value.type = Type::of(*tensor);
  value.constant = std::move(*tensor);
  value.origin = draft.origin;
  return {};
}

void Build::unknown(const Draft& draft, std::string why) {
  note(Severity::not_executable, draft.name, std::move(why));
  Node node;
  node.name = draft.name;
  node.op_name = draft.op_type;
  node.attributes = AttributeSet::raw(draft.attributes);
  node.inputs = draft.inputs;
  node.outputs = draft.outputs;
  node.origin = draft.origin;
  graph_.add_node(std::move(node));
}

void Build::add(Draft draft) {
  const Draft original = draft;
  if (draft.op_type == "Constant") {
    const auto made = constant_node(draft);
    return made.ok() ? void() : unknown(original, made.error().message());
  }
  if (const auto adapted = adapt(draft, *this); !adapted.ok()) return unknown(original, adapted.error().message());
  const Op* op = op::find_op(draft.op_type);
  if (!op) return unknown(original, fmt::format("operator '{}' is not known", draft.op_type));
  auto set = op->attributes->make(draft.attributes);
  if (!set.ok()) return unknown(original, set.error().message());
  while (!draft.inputs.empty() && draft.inputs.back() == kNone) draft.inputs.pop_back();
  while (draft.outputs.size() > 1 && draft.outputs.back() == kNone) draft.outputs.pop_back();
  Node node;
  node.name = std::move(draft.name);
  node.op = op;
  node.op_name = op->name;
  node.attributes = std::move(*set);
  node.inputs = std::move(draft.inputs);
  node.outputs = std::move(draft.outputs);
  node.origin = std::move(draft.origin);
  const NodeId id = graph_.add_node(std::move(node));
  infer_early(graph_, graph_.node(id));
}

std::vector<AttributeProto> bound_attributes(const NodeProto& proto, const Scope& scope) {
  std::vector<AttributeProto> out;
  for (const AttributeProto& a : proto.attributes) {
    if (a.ref_attr_name.empty()) {
      out.push_back(a);
      continue;
    }
    if (!scope.bound) continue;
    const auto it = scope.bound->find(a.ref_attr_name);
    if (it == scope.bound->end()) continue;
    out.push_back(it->second);
    out.back().name = a.name;
  }
  return out;
}

Result<AttributeList> Build::attributes(const NodeProto& proto, const Scope& scope) {
  AttributeList list;
  for (const AttributeProto& a : bound_attributes(proto, scope)) {
    DLAS_ASSIGN(AttributeValue value, load_attribute(a, file_));
    list.push_back({std::string(a.name), std::move(value)});
  }
  return list;
}

void Build::wire(const NodeProto& proto, Scope& scope, Draft& draft) {
  draft.op_type = proto.op_type;
  if (!standard_domain(proto.domain)) draft.op_type = fmt::format("{}.{}", proto.domain, proto.op_type);
  draft.name =
      proto.name.empty() ? fmt::format("{}_{}", draft.op_type, graph_.nodes().size()) : std::string(proto.name);
  draft.opset = scope.opset;
  draft.origin = {file_.path(), std::string(proto.name), proto.offset, 0};
  for (const std::string_view name : proto.inputs) {
    const ValueId value = name.empty() ? kNone : scope.find(name);
    if (value == kNone && !name.empty())
      problem(make_error(Code::graph, "inputs that something computes", fmt::format("'{}'", name))
                  .at(proto.offset)
                  .at_node(draft.name, draft.op_type));
    draft.inputs.push_back(value);
  }
  for (const std::string_view name : proto.outputs)
    draft.outputs.push_back(name.empty() ? kNone : scope.names.find(name)->second);
}

// Small in stack, as all that calls itself for nested bodies: what needs room is done in functions of its own.
void Build::node(const NodeProto& proto, Scope& scope) {
  // A body that is expanded costs what it holds: few nodes with many outputs or long attributes are a bomb, too.
  const std::uint64_t content = scope.depth > 0 ? proto.bytes / 1024 : 0;
  if (spend(1 + proto.outputs.size() / 2 + content) && !inline_function(proto, scope) && !inline_if(proto, scope))
    plain_node(proto, scope);
}

void Build::plain_node(const NodeProto& proto, Scope& scope) {
  Draft draft;
  wire(proto, scope, draft);
  if (std::ranges::any_of(proto.attributes, holds_graph)) {
    add_captures(proto, scope, draft);
    return unknown(draft, draft.op_type == "If" ? "its condition depends on the inputs of the model"
                                                : "it runs an inner graph, which dlas does not");
  }
  auto list = attributes(proto, scope);
  if (list.ok()) {
    draft.attributes = std::move(*list);
    return add(std::move(draft));
  }
  if (list.error().code == Code::unsupported) return unknown(draft, list.error().message());
  problem(list.error().at_node(draft.name, draft.op_type));
}

void Build::body(const std::vector<NodeProto>& nodes, Scope& scope) {
  name_outputs(nodes, scope);
  if (!ok()) return;
  for (const NodeProto& n : nodes) node(n, scope);
}

void Build::name_outputs(const std::vector<NodeProto>& nodes, Scope& scope) {
  for (const NodeProto& n : nodes)
    for (const std::string_view name : n.outputs) {
      if (name.empty()) continue;
      const auto it = scope.names.find(name);
      const bool given = it != scope.names.end() && scope.given.erase(name) > 0;
      if (it != scope.names.end() && !given)
        problem(make_error(Code::graph, fmt::format("one producer of value '{}'", name), "two")
                    .at(n.offset)
                    .at_node(n.name, n.op_type));
      if (it != scope.names.end()) continue;
      Value value;
      value.name = name;
      value.origin = {file_.path(), std::string(name), std::nullopt, 0};
      scope.names.emplace(name, graph_.add_value(std::move(value)));
    }
}

// A node without an operator, so that the file shows but does not run.
ValueId Build::opaque_constant(const TensorProto& tensor, const Error& why) {
  Value value;
  value.name = tensor.name.empty() ? "constant" : std::string(tensor.name);
  value.origin = {file_.path(), std::string(tensor.name), tensor.offset, 0};
  const ValueId out = graph_.add_value(std::move(value));
  Node node;
  node.name = graph_.value(out).name;
  node.op_name = "constant of " + why.found;
  node.outputs = {out};
  node.origin = graph_.value(out).origin;
  note(Severity::not_executable, node.name, fmt::format("its data: expected {}, found {}", why.expected, why.found));
  graph_.add_node(std::move(node));
  return out;
}

void Build::initializers(const GraphProto& proto, Scope& scope) {
  if (proto.sparse_initializers > 0)
    problem(
        make_error(Code::unsupported, "dense initializers", fmt::format("{} sparse ones", proto.sparse_initializers)));
  for (const TensorProto& tensor : proto.initializers) {
    auto loaded = load_tensor(tensor, file_);
    const auto dtype = dtype_of_proto(tensor.data_type);
    const bool opaque = !dtype.ok() && dtype.error().code == Code::unsupported;
    if (!loaded.ok() && !opaque) {
      problem(loaded.error());
      continue;
    }
    if (scope.names.contains(tensor.name)) {
      problem(make_error(Code::graph, fmt::format("one initializer '{}'", tensor.name), "two").at(tensor.offset));
      continue;
    }
    if (opaque) {
      scope.names.emplace(tensor.name, opaque_constant(tensor, dtype.error()));
      continue;
    }
    scope.names.emplace(tensor.name, constant(std::string(tensor.name), std::move(loaded->tensor), loaded->origin));
  }
}

}  // namespace dlas::onnx
