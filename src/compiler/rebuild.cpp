#include "compiler/rebuild.h"

#include "model/graph/infer.h"

namespace dlas::compiler {

Rebuild::Rebuild(const Graph& before) : before_(before) {
  after_.name = before.name;
  after_.notes = before.notes;
  after_.metadata = before.metadata;
  for (const ValueId v : before.inputs) {
    Value value = before.value(v);
    value.producer = kNone;
    map_[v] = after_.add_value(std::move(value));
    after_.inputs.push_back(map_[v]);
  }
}

ValueId Rebuild::mapped(ValueId old) {
  if (old == kNone) return kNone;
  const auto known = map_.find(old);
  if (known != map_.end()) return known->second;
  check(before_.value(old).is_constant(), "a value is written before it is read");
  Value value = before_.value(old);
  value.producer = kNone;
  return map_[old] = after_.add_value(std::move(value));
}

std::vector<ValueId> Rebuild::mapped(const std::vector<ValueId>& old) {
  std::vector<ValueId> out;
  for (const ValueId v : old) out.push_back(mapped(v));
  return out;
}

void Rebuild::copy(const Node& node) { put(node, mapped(node.inputs)); }

void Rebuild::put(Node node, std::vector<ValueId> new_inputs) {
  node.inputs = std::move(new_inputs);
  for (ValueId& out : node.outputs) {
    if (out == kNone) continue;
    Value value = before_.value(out);
    value.producer = kNone;
    map_[out] = after_.add_value(std::move(value));
    out = map_[out];
  }
  after_.add_node(std::move(node));
}

ValueId Rebuild::append(Node node, Value value) {
  const ValueId out = after_.add_value(std::move(value));
  node.outputs = {out};
  const NodeId id = after_.add_node(std::move(node));
  if (auto inferred = infer_types(after_, id); !inferred.ok() && refused_.ok()) {
    refused_ = std::move(inferred);
    refused_.error().code = Code::internal;
  }
  return out;
}

ValueId Rebuild::emit(const Op& op, AttributeSet attributes, std::vector<ValueId> new_inputs, std::string name) {
  Node node;
  node.name = name;
  node.op = &op;
  node.op_name = op.name;
  node.attributes = std::move(attributes);
  node.inputs = std::move(new_inputs);
  Value value;
  value.name = std::move(name);
  return append(std::move(node), std::move(value));
}

ValueId Rebuild::emit_as(ValueId old, const Op& op, AttributeSet attributes, std::vector<ValueId> new_inputs,
                         const Node* like) {
  const NodeId producer = before_.value(old).producer;
  if (!like && producer != kNone) like = &before_.node(producer);
  Node node;
  node.name = like ? like->name : before_.value(old).name;
  if (like) node.origin = like->origin;
  node.op = &op;
  node.op_name = op.name;
  node.attributes = std::move(attributes);
  node.inputs = std::move(new_inputs);
  Value value = before_.value(old);
  value.producer = kNone;
  return map_[old] = append(std::move(node), std::move(value));
}

ValueId Rebuild::constant(std::string name, Tensor data, Provenance origin) {
  return after_.add_constant(std::move(name), std::move(data), std::move(origin));
}

Status Rebuild::finish(Graph& graph) {
  DLAS_TRY(std::move(refused_));
  after_.outputs = mapped(before_.outputs);
  after_.prune();
  graph = std::move(after_);
  return {};
}

}  // namespace dlas::compiler
