#include "model/format/patch/onnx.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "model/format/onnx/encode_graph.h"
#include "model/format/onnx/opset.h"
#include "model/format/onnx/proto.h"
#include "model/format/patch/changes.h"
#include "model/format/patch/onnx_node.h"
#include "model/format/patch/onnx_tensor.h"
#include "model/format/patch/pieces.h"

namespace dlas::patch {
namespace {

// Field numbers: onnx.proto of ONNX 1.23.
constexpr std::uint32_t kGraph = 7, kMetadata = 14;                                  // of ModelProto
constexpr std::uint32_t kNode = 1, kInitializer = 5, kOutput = 12, kValueInfo = 13;  // of GraphProto

// A node of the file: what it is, and what it will be.
struct Entry {
  onnx::NodeProto proto;
  onnx::Message body;
  std::string content;  // what takes its place; empty: as it was
  bool deleted = false;
  std::vector<std::string> added;  // whole fields behind it
};

class Patcher {
 public:
  Patcher(const File& file, const Graph& before, const Graph& after)
      : file_(file), before_(before), after_(after), changes_(changes(before, after)) {}

  Result<PatchedFile> run() {
    DLAS_TRY(open());
    DLAS_TRY(check_supported());
    for (const auto& [was, now] : changes_.tensors) DLAS_TRY(set_tensor(was, now));
    for (const NodeChange& c : changes_.nodes) DLAS_TRY(change_node(c));
    for (const NodeId n : changes_.deleted) {
      DLAS_ASSIGN(Entry* const entry, entry_of(before_.node(n)));
      entry->deleted = true;
    }
    for (const NodeId n : changes_.added) DLAS_TRY(add_node(n));
    DLAS_TRY(check_order());
    return assembled();
  }

 private:
  Status open();
  Status check_supported() const;
  Result<Entry*> entry_of(const Node& node);
  Result<std::string> native_name(const Graph& graph, ValueId value);
  Status set_tensor(ValueId was, ValueId now);
  Result<bool> set_made_constant(const Value& was, const Tensor& now);
  Status change_node(const NodeChange& change);
  Status rewire(const NodeChange& change, Entry& entry);
  Status add_node(NodeId n);
  Status check_order() const;
  std::string graph_content() const;
  std::string outputs() const;
  bool retyped(std::string_view native) const;
  Result<PatchedFile> assembled() const;

  const File& file_;
  const Graph &before_, &after_;
  Changes changes_;
  std::int64_t opset_ = 0;
  std::vector<Piece> model_, graph_;
  std::vector<Entry> entries_;                               // nodes in the order of the file
  std::map<std::uint64_t, std::size_t> by_offset_;           // of a node -> entry
  std::map<std::string_view, std::size_t> initializers_;     // name -> piece of the graph
  std::map<std::size_t, std::string> tensors_;               // piece of the graph -> new content
  std::map<std::string, std::size_t, std::less<>> made_by_;  // name of a value -> its entry + 1
  std::vector<std::string> first_;                           // whole fields of nodes before all others
  bool neighbours_ = false;
};

Status Patcher::open() {
  const onnx::Message whole{file_.chars(), 0};
  DLAS_ASSIGN(const auto model, onnx::parse_model(whole));
  DLAS_ASSIGN(model_, pieces(whole));
  if (!model.graph || std::ranges::count(model_, kGraph, &Piece::number) != 1)
    return make_error(Code::unsupported, "a file with one graph", "another number of them");
  for (const auto& set : model.opsets)
    if (set.domain.empty() || set.domain == "ai.onnx") opset_ = set.version;
  DLAS_ASSIGN(graph_, pieces(*model.graph));
  for (std::size_t i = 0; i < graph_.size(); ++i) {
    const Piece& p = graph_[i];
    if (p.number == kNode) {
      DLAS_ASSIGN(auto node, onnx::parse_node(p.body));
      by_offset_.emplace(node.offset, entries_.size());
      for (const std::string_view name : node.outputs) made_by_.emplace(name, entries_.size() + 1);
      entries_.push_back({std::move(node), p.body, "", false, {}});
    }
    if (p.number != kInitializer) continue;
    DLAS_ASSIGN(const auto tensor, onnx::parse_tensor(p.body));
    neighbours_ = neighbours_ || tensor.external;
    initializers_.emplace(tensor.name, i);
  }
  return {};
}

Status Patcher::check_supported() const {
  if (changes_.inputs) return make_error(Code::unsupported, "the inputs that the file has", "others");
  for (const auto& [was, now] : changes_.quantization)
    return refused(before_.value(was), "plain values, for ONNX says units by operators", "units of its own");
  for (const std::string& key : changes_.metadata)
    if (key.starts_with("onnx.")) return make_error(Code::unsupported, "metadata of the user", "'" + key + "'");
  return {};
}

Result<Entry*> Patcher::entry_of(const Node& node) {
  const auto it = node.origin.offset ? by_offset_.find(*node.origin.offset) : by_offset_.end();
  if (it == by_offset_.end())
    return refused(node, "a node of the file's main graph", "one of a function or made by the reader");
  Entry& entry = entries_[it->second];
  const std::string_view type = entry.proto.op_type;
  if (type != node.op_name)
    return refused(node, "the operator that the file has", fmt::format("'{}', read as another one", type));
  return &entry;
}

// The name that the file has, or will have, for a value.
Result<std::string> Patcher::native_name(const Graph& graph, ValueId id) {
  if (id == kNone) return std::string();
  const Value& named = graph.value(id);
  const ValueId old = before_.find(named.name);
  if (old == kNone) return named.name;
  const Value& value = before_.value(old);
  const std::string& name = value.origin.name;
  if (value.origin.offset && value.is_constant())
    if (const auto it = by_offset_.find(*value.origin.offset); it != by_offset_.end())
      return std::string(entries_[it->second].proto.outputs.at(0));  // of a Constant node
  if (name.empty()) return refused(value, "a value of the file", "one that the reader made");
  return name;
}

// A constant that the reader made from an attribute: "<node>/<attribute>".
Result<bool> Patcher::set_made_constant(const Value& was, const Tensor& now) {
  for (const Node& node : before_.nodes()) {
    if (!was.name.starts_with(node.name + "/") || !node.origin.offset) continue;
    const std::string attribute = was.name.substr(node.name.size() + 1);
    const auto it = by_offset_.find(*node.origin.offset);
    if (it == by_offset_.end()) continue;
    Entry& entry = entries_[it->second];
    if (std::ranges::find(entry.proto.attributes, attribute, &onnx::AttributeProto::name) ==
        entry.proto.attributes.end())
      continue;
    AttributeValue value;
    if (now.rank() == 0 && is_float(now.dtype())) value = now.number(0);
    else if (now.rank() == 0) value = now.integer(0);
    else value = now.integers();
    DLAS_ASSIGN(entry.content,
                node_with(entry.content.empty() ? entry.body : onnx::Message{entry.content, 0}, {attribute, value}));
    return true;
  }
  return false;
}

Status Patcher::set_tensor(ValueId was, ValueId now) {
  const Value& value = before_.value(was);
  const Tensor& tensor = after_.value(now).constant;
  if (onnx::data_type_of(tensor.dtype()) == 0) return refused(value, "a type of ONNX", text(tensor));
  if (const auto it = initializers_.find(value.origin.name); !value.origin.name.empty() && it != initializers_.end()) {
    DLAS_ASSIGN(tensors_[it->second], tensor_with(graph_[it->second].body, tensor));
    return {};
  }
  const auto node = value.origin.offset ? by_offset_.find(*value.origin.offset) : by_offset_.end();
  if (node != by_offset_.end() && entries_[node->second].proto.op_type == "Constant" &&
      std::ranges::find(entries_[node->second].proto.attributes, std::string_view("value"),
                        &onnx::AttributeProto::name) != entries_[node->second].proto.attributes.end()) {
    Entry& entry = entries_[node->second];
    DLAS_ASSIGN(entry.content, node_with(entry.body, {"value", tensor}));
    return {};
  }
  DLAS_ASSIGN(const bool made, set_made_constant(value, tensor));
  if (made) return {};
  return refused(value, "an initializer, a Constant or an attribute of the file", "one that the reader computed");
}

Status Patcher::change_node(const NodeChange& change) {
  const Node& node = before_.node(change.before);
  DLAS_ASSIGN(Entry* const entry, entry_of(node));
  const auto body = [&] { return entry->content.empty() ? entry->body : onnx::Message{entry->content, 0}; };
  for (const NamedAttribute& a : change.attributes) {
    const auto since = onnx::opset_of_attribute(node.op_name, a.name);
    if (!since || *since > std::max(opset_, onnx::kOldestWritten))
      return refused(node, "attributes that ONNX has in the file's opset", "'" + a.name + "'");
    DLAS_ASSIGN(std::string content, node_with(body(), a));
    entry->content = std::move(content);
  }
  for (const std::string& name : change.removed) {
    DLAS_ASSIGN(std::string content, node_without(body(), name));
    entry->content = std::move(content);
  }
  return change.slots.empty() ? Status() : rewire(change, *entry);
}

Status Patcher::rewire(const NodeChange& change, Entry& entry) {
  const Node &was = before_.node(change.before), &now = after_.node(change.after);
  std::vector<std::string> inputs(entry.proto.inputs.begin(), entry.proto.inputs.end());
  for (const std::size_t slot : change.slots) {
    std::string old;
    if (slot < was.inputs.size()) {
      DLAS_ASSIGN(old, native_name(before_, was.inputs[slot]));
    }
    if (slot < inputs.size() ? inputs[slot] != old : !old.empty())
      return refused(was, fmt::format("input {} as the file has it", slot), "one that the reader made");
    DLAS_ASSIGN(const std::string name, native_name(after_, slot < now.inputs.size() ? now.inputs[slot] : kNone));
    if (inputs.size() <= slot) inputs.resize(slot + 1);
    inputs[slot] = name;
  }
  while (!inputs.empty() && inputs.back().empty()) inputs.pop_back();
  DLAS_ASSIGN(std::string content,
              node_reading(entry.content.empty() ? entry.body : onnx::Message{entry.content, 0}, inputs));
  entry.content = std::move(content);
  return {};
}

Status Patcher::add_node(NodeId n) {
  const Node& node = after_.node(n);
  std::vector<std::string> inputs, outputs;
  std::size_t behind = 0;  // entry + 1
  for (const ValueId v : node.inputs) {
    DLAS_ASSIGN(const std::string name, native_name(after_, v));
    if (const auto it = made_by_.find(name); it != made_by_.end()) behind = std::max(behind, it->second);
    inputs.push_back(name);
  }
  for (const ValueId v : node.outputs) {
    DLAS_ASSIGN(const std::string name, native_name(after_, v));
    // A name that a deleted node of the file had is free again.
    const auto it = made_by_.find(name);
    if (initializers_.contains(name) || (it != made_by_.end() && !entries_[it->second - 1].deleted))
      return refused(node, "an output of a new name", "'" + name + "'");
    made_by_[name] = behind;
    outputs.push_back(name);
  }
  DLAS_ASSIGN(const std::string content, onnx_node(after_, node, inputs, outputs, opset_));
  (behind == 0 ? first_ : entries_[behind - 1].added).push_back(framed(kNode, content));
  return {};
}

// Every node must still stand behind what it reads: ONNX wants it so.
Status Patcher::check_order() const {
  for (const NodeChange& change : changes_.nodes) {
    if (change.slots.empty()) continue;
    const Node& node = after_.node(change.after);
    const std::size_t own = by_offset_.at(*before_.node(change.before).origin.offset) + 1;
    for (const std::size_t slot : change.slots) {
      const ValueId v = slot < node.inputs.size() ? node.inputs[slot] : kNone;
      if (v == kNone) continue;
      const ValueId old = before_.find(after_.value(v).name);
      const auto it = made_by_.find(old == kNone ? after_.value(v).name : before_.value(old).origin.name);
      if (it != made_by_.end() && it->second >= own)
        return refused(node, "a value that stands before the node in the file", "'" + after_.value(v).name + "'");
    }
  }
  return {};
}

bool Patcher::retyped(std::string_view native) const {
  for (const Value& was : before_.values()) {
    if (was.origin.name != native || was.is_constant()) continue;
    const ValueId now = after_.find(was.name);
    if (now == kNone) return true;
    const Type &a = was.type, &b = after_.value(now).type;
    return a.dtype != b.dtype || a.dims != b.dims;
  }
  return false;
}

std::string Patcher::outputs() const {
  std::string out;
  for (const ValueId v : after_.outputs) {
    const Value& value = after_.value(v);
    const ValueId old = before_.find(value.name);
    const std::string name = old == kNone ? value.name : before_.value(old).origin.name;
    std::string whole;
    for (const Piece& p : graph_) {
      if (p.number != kOutput) continue;
      const auto info = onnx::parse_value_info(p.body);
      if (info.ok() && info->name == name && !retyped(name)) whole = p.whole;
    }
    out += whole.empty() ? framed(kOutput, onnx::value_message(value, name).bytes()) : whole;
  }
  return out;
}

std::string Patcher::graph_content() const {
  std::string out, constants;
  for (const ValueId v : changes_.added_constants) {
    const Value& value = after_.value(v);
    constants += framed(kInitializer, onnx::tensor_message(value.name, value.constant).bytes());
  }
  std::size_t node = 0, last_initializer = graph_.size();
  bool outputs_written = false;
  for (std::size_t i = 0; i < graph_.size(); ++i)
    if (graph_[i].number == kInitializer) last_initializer = i;
  for (std::size_t i = 0; i < graph_.size(); ++i) {
    const Piece& p = graph_[i];
    if (p.number == kNode) {
      const Entry& entry = entries_[node];
      if (node++ == 0)
        for (const std::string& added : first_) out += added;
      if (!entry.deleted) out += entry.content.empty() ? std::string(p.whole) : framed(kNode, entry.content);
      for (const std::string& added : entry.added) out += added;
    } else if (p.number == kOutput) {
      if (!outputs_written) out += outputs();
      outputs_written = true;
    } else if (p.number == kValueInfo) {
      const auto info = onnx::parse_value_info(p.body);
      if (!info.ok() || !retyped(info->name)) out += p.whole;
    } else {
      const auto tensor = tensors_.find(i);
      out += tensor == tensors_.end() ? std::string(p.whole) : framed(p.number, tensor->second);
    }
    if (i == last_initializer) out += constants;
  }
  return last_initializer == graph_.size() ? out + constants : out;
}

Result<PatchedFile> Patcher::assembled() const {
  const bool graph_changed = !changes_.tensors.empty() || !changes_.nodes.empty() || !changes_.added.empty() ||
                             !changes_.deleted.empty() || changes_.outputs || !changes_.added_constants.empty();
  PatchedFile out;
  out.needs_neighbours = neighbours_;
  const auto entry = [&](const std::string& key) -> std::string {
    const auto it = after_.metadata.find(key);
    if (it == after_.metadata.end()) return "";
    return framed(kMetadata, onnx::Encoder().text(1, key).text(2, it->second).bytes());
  };
  std::set<std::string> written;
  for (const Piece& p : model_) {
    if (p.number == kGraph && graph_changed) {
      out.bytes += framed(kGraph, graph_content());
      continue;
    }
    if (p.number == kMetadata) {
      DLAS_ASSIGN(const auto fields, pieces(p.body));
      std::string key;
      for (const Piece& f : fields)
        if (f.number == 1) key = f.body.bytes;
      if (std::ranges::find(changes_.metadata, key) != changes_.metadata.end()) {
        if (written.insert(key).second) out.bytes += entry(key);
        continue;
      }
    }
    out.bytes += p.whole;
  }
  for (const std::string& key : changes_.metadata)
    if (!written.contains(key)) out.bytes += entry(key);
  return out;
}

}  // namespace

Result<PatchedFile> patch_onnx(const File& file, const Graph& before, const Graph& after) {
  return Patcher(file, before, after).run();
}

}  // namespace dlas::patch
