#include "study/repair/apply.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "model/graph/infer.h"
#include "model/graph/text_form.h"
#include "model/graph/verify.h"
#include "model/op/list.h"
#include "study/repair/splice.h"
#include "study/repair/tensor_change.h"

namespace dlas::study {
namespace {

Error other_than_stated(std::string_view stated, std::string_view found) {
  return make_error(Code::mismatch, fmt::format("{}, as the edit says it was", stated), found);
}

std::string cut(std::string text) { return text.size() <= 60 ? text : text.substr(0, 57) + "..."; }

// One edit after another on a copy; `undo` collects what takes them back, the last first.
class Editor {
 public:
  explicit Editor(const Graph& graph) : graph_(graph) {}

  Status operator()(const SetAttribute& e);
  Status operator()(const SetTensor& e);
  Status operator()(const SetQuantization& e);
  Status operator()(const InsertNode& e);
  Status operator()(const DeleteNode& e);
  Status operator()(const Rewire& e);
  Status operator()(const ReplaceRegion& e);
  Status operator()(const SetOutputs& e);
  Status operator()(const SetContract& e);

  Result<Applied> finish();

 private:
  void undo(std::vector<Edit> edits) { inverse_.insert(inverse_.begin(), edits.begin(), edits.end()); }
  Result<std::vector<ValueId>> values(const std::vector<std::string>& names, bool optional) const;
  std::vector<std::string> names(const std::vector<ValueId>& ids) const;
  Result<Node> made(const InsertNode& e);
  Result<std::vector<Node>> spliced(const Graph& part, std::span<const ValueId> inputs,
                                    std::span<const ValueId> outputs);

  Graph graph_;
  std::vector<Edit> inverse_;
};

Result<std::vector<ValueId>> Editor::values(const std::vector<std::string>& list, bool optional) const {
  std::vector<ValueId> out;
  for (const std::string& name : list) {
    if (name.empty() && optional) {
      out.push_back(kNone);
      continue;
    }
    DLAS_ASSIGN(const ValueId id, value_named(graph_, name));
    out.push_back(id);
  }
  return out;
}

std::vector<std::string> Editor::names(const std::vector<ValueId>& ids) const {
  std::vector<std::string> out;
  for (const ValueId v : ids) out.push_back(v == kNone ? "" : graph_.value(v).name);
  return out;
}

Status Editor::operator()(const SetAttribute& e) {
  DLAS_ASSIGN(const NodeId id, node_named(graph_, e.node));
  Node& node = graph_.node(id);
  if (!node.op) return make_error(Code::unsupported, "an operator that dlas knows", node.op_name);
  AttributeList list = node.attributes.list();
  const auto it = std::ranges::find(list, e.name, &NamedAttribute::name);
  std::optional<AttributeValue> was;
  if (it != list.end()) was = it->value;
  if (e.before && !(was && same(*was, *e.before)))
    return other_than_stated(to_text(*e.before), was ? to_text(*was) : "absent");
  if (it != list.end()) list.erase(it);
  if (e.after) list.push_back({e.name, *e.after});
  DLAS_ASSIGN(node.attributes, node.op->attributes->make(list));
  undo({SetAttribute{e.node, e.name, was, e.after}});
  return {};
}

Status Editor::operator()(const SetTensor& e) {
  DLAS_ASSIGN(const ValueId id, value_named(graph_, e.value));
  Value& value = graph_.value(id);
  if (!value.is_constant()) return make_error(Code::mismatch, "a constant", "a value that is computed");
  const Hash was = hash_of(value.constant);
  if (e.before && *e.before != was)
    return other_than_stated("a tensor of hash " + text(*e.before), text(value.constant) + " of hash " + text(was));
  DLAS_ASSIGN(Tensor after, changed(value.constant, e.change));
  undo({SetTensor{e.value, undone(value.constant, e.change), hash_of(after)}});
  const auto quantization = value.type.quantization;
  const bool retyped = value.constant.dtype() != after.dtype();
  const std::string axes = value.constant.shape() == after.shape() ? value.type.axes : "";
  value.type = Type::of(after);
  value.type.axes = axes;
  if (!retyped) value.type.quantization = quantization;
  value.constant = std::move(after);
  return {};
}

Status Editor::operator()(const SetQuantization& e) {
  DLAS_ASSIGN(const ValueId id, value_named(graph_, e.value));
  Type& type = graph_.value(id).type;
  std::optional<Quantization> was;
  if (type.quantized()) was = *type.quantization;
  if (e.before && !(was && *was == *e.before))
    return other_than_stated(cut(text(*e.before)), was ? cut(text(*was)) : "plain numbers");
  type.quantization = e.after ? std::make_shared<const Quantization>(*e.after) : nullptr;
  undo({SetQuantization{e.value, was, e.after}});
  return {};
}

Result<Node> Editor::made(const InsertNode& e) {
  Node node;
  node.name = e.node;
  node.op_name = e.op;
  node.op = op::find_op(e.op);
  if (!node.op) return make_error(Code::unsupported, "an operator that dlas knows", "'" + e.op + "'");
  DLAS_ASSIGN(node.attributes, node.op->attributes->make(e.attributes));
  DLAS_ASSIGN(node.inputs, values(e.inputs, true));
  if (e.outputs.empty() || e.outputs[0].empty()) return make_error(Code::format, "an output of the new node", "none");
  for (const std::string& name : e.outputs) {
    if (graph_.find(name) != kNone) return make_error(Code::mismatch, "a new name of a value", "'" + name + "'");
    Value value;
    value.name = name;
    // Operators that only move or compare stored integers leave their meaning alone.
    if (!node.inputs.empty() && node.inputs[0] != kNone &&
        (node.op->units == Units::moved || node.op->units == Units::compared))
      value.type.quantization = graph_.value(node.inputs[0]).type.quantization;
    node.outputs.push_back(name.empty() ? kNone : graph_.add_value(std::move(value)));
  }
  return node;
}

Status Editor::operator()(const InsertNode& e) {
  if (find_node(graph_, e.node) != kNone || e.node.empty())
    return make_error(Code::mismatch, "a new name of a node", "'" + e.node + "'");
  std::vector<Reader> readers;
  for (const std::string& word : e.readers) {
    DLAS_ASSIGN(const Reader reader, parse_reader(graph_, word));
    readers.push_back(reader);
  }
  DLAS_ASSIGN(Node node, made(e));
  // The readers read one input of the new node before, as a rule: then one edit takes it out again.
  std::int64_t slot = -1;
  for (std::size_t i = 0; i < node.inputs.size() && slot < 0 && !readers.empty(); ++i)
    if (std::ranges::all_of(readers, [&](const Reader& r) { return read_by(graph_, r) == node.inputs[i]; }))
      slot = static_cast<std::int64_t>(i);
  std::vector<Edit> back;
  if (slot < 0)
    for (std::size_t i = 0; i < readers.size(); ++i)
      back.emplace_back(Rewire{readers[i].node == kNone ? "" : node_name(graph_, readers[i].node),
                               static_cast<std::int64_t>(readers[i].slot), names({read_by(graph_, readers[i])})[0],
                               e.outputs[0]});
  back.emplace_back(DeleteNode{e.node, slot});
  for (const Reader& r : readers) redirect(graph_, r, node.outputs[0]);
  std::size_t at = 0;  // behind all that it reads
  for (const ValueId v : node.inputs)
    if (v != kNone && graph_.value(v).producer != kNone)
      at = std::max(at, static_cast<std::size_t>(graph_.value(v).producer) + 1);
  std::vector<Node> nodes = graph_.nodes();
  nodes.insert(nodes.begin() + static_cast<std::ptrdiff_t>(at), std::move(node));
  graph_ = with_nodes(graph_, nodes, {});
  undo(std::move(back));
  return {};
}

Status Editor::operator()(const DeleteNode& e) {
  DLAS_ASSIGN(const NodeId id, node_named(graph_, e.node));
  const Node node = graph_.node(id);
  std::vector<std::string> words;
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    if (node.outputs[i] == kNone) continue;
    const auto readers = readers_of(graph_, node.outputs[i]);
    if (!readers.empty() && (i > 0 || e.slot < 0))
      return make_error(Code::mismatch, "a node whose output nobody reads any more",
                        fmt::format("'{}', which {} read", graph_.value(node.outputs[i]).name, readers.size()));
    if (i == 0)
      for (const Reader& r : readers) words.push_back(text(graph_, r));
  }
  if (e.slot >= static_cast<std::int64_t>(node.inputs.size()))
    return make_error(Code::mismatch, fmt::format("an input below {}", node.inputs.size()), fmt::format("{}", e.slot));
  const ValueId instead = e.slot < 0 ? kNone : node.inputs[static_cast<std::size_t>(e.slot)];
  if (instead == kNone && !words.empty()) return make_error(Code::mismatch, "an input that is there", "an absent one");
  undo({InsertNode{e.node, node.op_name, node.attributes.list(), names(node.inputs), names(node.outputs), words}});
  std::vector<char> gone(graph_.values().size(), 0);
  for (const ValueId v : node.outputs) {
    if (v == kNone) continue;
    for (const Reader& r : readers_of(graph_, v)) redirect(graph_, r, instead);
    gone[static_cast<std::size_t>(v)] = 1;
  }
  std::vector<Node> nodes = graph_.nodes();
  nodes.erase(nodes.begin() + id);
  graph_ = with_nodes(graph_, nodes, gone);
  return {};
}

Status Editor::operator()(const Rewire& e) {
  if (e.slot < 0) return make_error(Code::mismatch, "a slot of at least 0", fmt::format("{}", e.slot));
  DLAS_ASSIGN(const std::vector<ValueId> to, values({e.after}, !e.node.empty()));
  Reader reader{kNone, static_cast<std::size_t>(e.slot)};
  if (!e.node.empty()) {
    DLAS_ASSIGN(reader.node, node_named(graph_, e.node));
  }
  auto& places = reader.node == kNone ? graph_.outputs : graph_.node(reader.node).inputs;
  if (reader.node != kNone && reader.slot < limits().rank && places.size() <= reader.slot && to[0] != kNone)
    places.resize(reader.slot + 1, kNone);
  if (reader.slot >= places.size())
    return make_error(Code::mismatch, fmt::format("a slot below {}", places.size()), fmt::format("{}", e.slot));
  const std::string was = names({read_by(graph_, reader)})[0];
  if (e.before && *e.before != was) return other_than_stated("'" + *e.before + "'", "'" + was + "'");
  redirect(graph_, reader, to[0]);
  while (reader.node != kNone && !places.empty() && places.back() == kNone) places.pop_back();
  undo({Rewire{e.node, e.slot, was, e.after}});
  return graph_.sort();
}

// The nodes of `part` with its inputs, outputs and constants in the graph.
Result<std::vector<Node>> Editor::spliced(const Graph& part, std::span<const ValueId> inputs,
                                          std::span<const ValueId> outputs) {
  if (part.inputs.size() != inputs.size() || part.outputs.size() != outputs.size())
    return make_error(Code::mismatch, fmt::format("{} inputs and {} outputs", inputs.size(), outputs.size()),
                      fmt::format("{} and {}", part.inputs.size(), part.outputs.size()));
  std::vector<ValueId> map(part.values().size(), kNone);
  for (std::size_t i = 0; i < inputs.size(); ++i) map[static_cast<std::size_t>(part.inputs[i])] = inputs[i];
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const ValueId v = part.outputs[i];
    if (part.value(v).producer == kNone || map[static_cast<std::size_t>(v)] != kNone)
      return make_error(Code::graph, "outputs that nodes compute, each once", "'" + part.value(v).name + "'");
    map[static_cast<std::size_t>(v)] = outputs[i];
    graph_.value(outputs[i]).type = part.value(v).type;
  }
  for (std::size_t v = 0; v < map.size(); ++v) {
    if (map[v] != kNone) continue;
    Value value = part.values()[v];
    // A constant that the graph has already is not stored twice.
    const ValueId known = value.is_constant() ? graph_.find(value.name) : kNone;
    if (known != kNone && graph_.value(known).constant.same_bits(value.constant)) {
      map[v] = known;
      continue;
    }
    value.producer = kNone;
    map[v] = graph_.add_value(std::move(value));
  }
  std::vector<Node> out = part.nodes();
  for (Node& node : out)
    for (auto* list : {&node.inputs, &node.outputs})
      for (ValueId& v : *list)
        if (v != kNone) v = map[static_cast<std::size_t>(v)];
  return out;
}

Status Editor::operator()(const ReplaceRegion& e) {
  DLAS_ASSIGN(const auto inputs, values(e.inputs, false));
  DLAS_ASSIGN(const auto outputs, values(e.outputs, false));
  DLAS_ASSIGN(const std::vector<char> inside, region(graph_, inputs, outputs));
  DLAS_ASSIGN(const Graph part, parse_graph(e.replacement, op::find_op));
  DLAS_ASSIGN(Graph old, subgraph(graph_, inputs, outputs));
  old.notes.clear();
  old.metadata.clear();
  undo({ReplaceRegion{e.inputs, e.outputs, to_text(old)}});
  std::vector<char> gone(graph_.values().size(), 0);
  std::vector<Node> nodes;
  std::size_t first = 0;
  for (std::size_t n = 0; n < inside.size(); ++n) {
    if (!inside[n]) {
      nodes.push_back(graph_.nodes()[n]);
      continue;
    }
    first = nodes.size();
    for (const ValueId v : graph_.nodes()[n].outputs)
      if (v != kNone && std::ranges::find(outputs, v) == outputs.end()) gone[static_cast<std::size_t>(v)] = 1;
  }
  graph_ = with_nodes(graph_, nodes, gone);
  // Ids are others now, names are not.
  DLAS_ASSIGN(const auto new_inputs, values(e.inputs, false));
  DLAS_ASSIGN(const auto new_outputs, values(e.outputs, false));
  DLAS_ASSIGN(const std::vector<Node> added, spliced(part, new_inputs, new_outputs));
  nodes = graph_.nodes();
  nodes.insert(nodes.begin() + static_cast<std::ptrdiff_t>(std::min(first, nodes.size())), added.begin(), added.end());
  graph_ = with_nodes(graph_, nodes, {});
  return graph_.sort();
}

Status Editor::operator()(const SetOutputs& e) {
  const std::vector<std::string> was = names(graph_.outputs);
  if (e.before && *e.before != was)
    return other_than_stated(to_text(AttributeValue(*e.before)), to_text(AttributeValue(was)));
  DLAS_ASSIGN(graph_.outputs, values(e.after, false));
  if (graph_.outputs.empty()) return make_error(Code::mismatch, "at least one output", "none");
  undo({SetOutputs{was, e.after}});
  return {};
}

Status Editor::operator()(const SetContract& e) {
  if (e.key.empty()) return make_error(Code::format, "what the contract is about", "nothing");
  const std::string key = "dlas." + e.key;
  const auto it = graph_.metadata.find(key);
  const std::string was = it == graph_.metadata.end() ? "" : it->second;
  if (e.before && *e.before != was) return other_than_stated("'" + *e.before + "'", "'" + was + "'");
  if (e.after.empty()) graph_.metadata.erase(key);
  else graph_.metadata[key] = e.after;
  undo({SetContract{e.key, was, e.after}});
  return {};
}

// Declared sizes of computed values may be those of before; then the operators say what they are now.
Result<Applied> Editor::finish() {
  Graph fresh = graph_;
  if (!infer_types(graph_).ok()) {
    for (const Node& node : fresh.nodes())
      for (const ValueId v : node.outputs)
        if (v != kNone && node.op) fresh.value(v).type.dims.reset();
    DLAS_TRY(infer_types(fresh));
    graph_ = std::move(fresh);
  }
  DLAS_TRY(verify(graph_));
  return Applied{std::move(graph_), std::move(inverse_)};
}

}  // namespace

Result<Applied> apply_edits(const Graph& graph, std::span<const Edit> edits) {
  Editor editor(graph);
  for (std::size_t i = 0; i < edits.size(); ++i)
    if (const Status done = std::visit(editor, edits[i]); !done.ok())
      return Error(done.error()).during(fmt::format("edit {} of {}: {}", i + 1, edits.size(), summary(edits[i])));
  auto out = editor.finish();
  if (!out.ok()) return Error(out.error()).during(fmt::format("after {} edits", edits.size()));
  return out;
}

}  // namespace dlas::study
