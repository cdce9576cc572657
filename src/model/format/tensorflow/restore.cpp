#include "model/format/tensorflow/restore.h"

#include <algorithm>

#include "model/format/tensorflow/network.h"

namespace dlas::tensorflow {
namespace {

using Entries = std::map<std::string_view, std::string_view>;

constexpr int kMostSteps = 8;  // of Identity, Cast and the like between two nodes that matter

// One list of nodes, and what the arguments of a function stand for outside.
struct Place {
  std::map<std::string_view, const NodeProto*> nodes = {};
  std::map<std::string_view, std::string_view> arguments = {};

  explicit Place(const std::vector<NodeProto>& list) {
    for (const NodeProto& node : list) nodes.emplace(node.name, &node);
  }
  const NodeProto* find(std::string_view name) const {
    const auto it = nodes.find(name);
    return it == nodes.end() ? nullptr : it->second;
  }
};

bool hands_on(std::string_view op) { return op == "Identity" || op == "Cast" || op == "Reshape" || op == "Enter"; }

bool is_variable(std::string_view op) { return op == "VarHandleOp" || op == "VariableV2" || op == "Variable"; }

bool assigns(std::string_view op) { return op == "AssignVariableOp" || op == "Assign"; }

// The variable behind an input; empty when it is none.
std::string_view variable_of(const Place& place, Reference reference) {
  for (int i = 0; i < kMostSteps; ++i) {
    if (const auto it = place.arguments.find(reference.node); it != place.arguments.end()) return it->second;
    const NodeProto* node = place.find(reference.node);
    if (!node) return {};
    if (is_variable(node->op)) return node->name;
    if (!hands_on(node->op) || node->inputs.empty()) return {};
    reference = reference_of(node->inputs[0]);
  }
  return {};
}

// Names that RestoreV2 reads, by its node; parsed once.
class Names {
 public:
  explicit Names(const Place& place) : place_(place) {}
  Result<std::string_view> of(const NodeProto& restore, std::size_t index) {
    auto it = lists_.find(&restore);
    if (it == lists_.end()) {
      DLAS_ASSIGN(auto list, list_of(restore));
      it = lists_.emplace(&restore, std::move(list)).first;
    }
    return index < it->second.size() ? it->second[index] : std::string_view();
  }

 private:
  Result<std::vector<std::string_view>> list_of(const NodeProto& restore) const {
    const NodeProto* names = restore.inputs.size() > 1 ? place_.find(reference_of(restore.inputs[1]).node) : nullptr;
    const AttributeProto* value = names && names->op == "Const" ? names->find("value") : nullptr;
    if (!value || value->kind != AttributeKind::tensor) return std::vector<std::string_view>();
    DLAS_ASSIGN(TensorProto tensor, parse_tensor(value->message));
    return std::move(tensor.strings);
  }

  const Place& place_;
  std::map<const NodeProto*, std::vector<std::string_view>> lists_;
};

Result<std::string_view> entry_of(const Place& place, Names& names, Reference reference) {
  for (int i = 0; i < kMostSteps; ++i) {
    const NodeProto* node = place.find(reference.node);
    if (!node) break;
    if (node->op == "RestoreV2") return names.of(*node, reference.index);
    if (!hands_on(node->op) || node->inputs.empty()) break;
    reference = reference_of(node->inputs[0]);
  }
  return std::string_view();
}

Status look_at(const std::vector<NodeProto>& nodes, const Place& place, Entries& out) {
  Names names(place);
  for (const NodeProto& node : nodes) {
    if (!assigns(node.op) || node.inputs.size() < 2) continue;
    const std::string_view variable = variable_of(place, reference_of(node.inputs[0]));
    if (variable.empty()) continue;
    DLAS_ASSIGN(const std::string_view entry, entry_of(place, names, reference_of(node.inputs[1])));
    if (!entry.empty()) out.emplace(variable, entry);
  }
  return {};
}

Result<std::optional<FunctionProto>> called(const GraphProto& graph, const NodeProto& node) {
  const AttributeProto* attribute = node.find("f");
  std::optional<FunctionProto> out;
  if (!attribute || attribute->kind != AttributeKind::function) return out;
  DLAS_ASSIGN(const std::string_view wanted, function_of(*attribute));
  for (const Message& message : graph.functions) {
    DLAS_ASSIGN(const std::string_view name, function_name(message));
    if (name != wanted) continue;
    DLAS_ASSIGN(out, parse_function(message));
    return out;
  }
  return out;
}

}  // namespace

Result<Entries> restored_variables(const GraphProto& graph, std::string_view restore) {
  Entries out;
  const Place outside(graph.nodes);
  DLAS_TRY(look_at(graph.nodes, outside, out));
  const NodeProto* node = outside.find(reference_of(restore).node);
  if (!node) return out;
  DLAS_ASSIGN(const auto function, called(graph, *node));
  if (!function) return out;
  Place inside(function->nodes);
  std::size_t argument = 0;
  for (const std::string_view input : node->inputs) {
    const Reference reference = reference_of(input);
    if (reference.control) continue;
    if (argument == function->inputs.size()) break;
    const std::string_view variable = variable_of(outside, reference);
    if (!variable.empty()) inside.arguments.emplace(function->inputs[argument].name, variable);
    ++argument;
  }
  DLAS_TRY(look_at(function->nodes, inside, out));
  return out;
}

// trackable_object_graph.proto: nodes, whose attributes have a name, the variable's full name and its entry.
Result<std::map<std::string_view, std::vector<std::string_view>>> named_variables(Message objects) {
  using protobuf::each_field;
  std::map<std::string_view, std::vector<std::string_view>> out;
  const auto attribute = [&](const Field& field) -> Status {
    DLAS_ASSIGN(const Message message, message_of(field));
    std::string_view kind, name, key;
    DLAS_TRY(each_field(message, [&](const Field& f) -> Status {
      if (f.number < 1 || f.number > 3) return {};
      DLAS_ASSIGN((f.number == 1 ? kind : f.number == 2 ? name : key), text_of(f));
      return {};
    }));
    if (kind != "VARIABLE_VALUE" || name.empty()) return {};
    DLAS_TRY(take(field, 3 * sizeof(std::string_view)));
    out[name].push_back(key);
    return {};
  };
  const Status status = each_field(objects, [&](const Field& f) -> Status {
    if (f.number != 1) return {};
    DLAS_ASSIGN(const Message node, message_of(f));
    return each_field(node, [&](const Field& g) { return g.number == 2 ? attribute(g) : Status(); });
  });
  if (!status.ok()) return status.error();
  return out;
}

}  // namespace dlas::tensorflow
