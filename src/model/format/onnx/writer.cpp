#include "model/format/onnx/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/file.h"
#include "base/limits.h"
#include "model/format/onnx/adapt.h"
#include "model/format/onnx/encode_graph.h"
#include "model/format/onnx/exported.h"
#include "model/format/onnx/opset.h"

namespace dlas::onnx {
namespace {

constexpr std::uint64_t kLargestMessage = (std::uint64_t{1} << 31) - 1;

// Why a node cannot be written; empty when it can.
std::string obstacle(const Graph& graph, const Node& node, std::int64_t opset) {
  const auto since = opset_of(node.op_name);
  if (!node.op || !since) return "is no operator of ONNX";
  if (*since > opset) return fmt::format("needs opset {}", *since);
  for (const NamedAttribute& a : exported_attributes(node)) {
    const auto brought = opset_of_attribute(node.op_name, a.name);
    if (!brought) return fmt::format("has the attribute '{}', which ONNX has not", a.name);
    if (*brought > opset) return fmt::format("has the attribute '{}', which needs opset {}", a.name, *brought);
  }
  if (opset < 18 && node.op_name == "Pad" && node.inputs.size() > 3)
    return "has the input 'axes', which needs opset 18";
  if (opset < 18 && axes_were_attribute(node.op_name) && node.inputs.size() > 1 &&
      !graph.value(node.inputs[1]).is_constant())
    return "has axes that are computed, which needs opset 18";
  for (const auto* list : {&node.inputs, &node.outputs})
    for (const ValueId v : *list)
      if (v != kNone && graph.value(v).type.quantized()) return "has quantised values, which ONNX has not";
  return "";
}

Status check(const Graph& graph, std::int64_t opset) {
  std::vector<std::string> problems;
  std::size_t count = 0;
  for (const Node& node : graph.nodes()) {
    const std::string reason = obstacle(graph, node, opset);
    if (reason.empty()) continue;
    if (++count <= limits().problems) problems.push_back(fmt::format("{} '{}' {}", node.op_name, node.name, reason));
  }
  if (count == 0) return {};
  Error error = make_error(Code::unsupported, fmt::format("operators of ONNX opset {}", opset), problems.front());
  for (std::size_t i = 1; i < problems.size(); ++i) error.during("also: " + problems[i]);
  if (count > problems.size()) error.during(fmt::format("and {} more problems", count - problems.size()));
  return error;
}

class Writer {
 public:
  Writer(const Graph& graph, std::int64_t opset) : graph_(graph), opset_(opset) {}

  Encoder graph_message() {
    Encoder out;
    for (const Node& node : graph_.nodes()) out.message(1, node_message(node));
    add_outputs();
    out.text(2, graph_.name.empty() ? "graph" : graph_.name);
    for (Encoder& copy : copies_) out.message(1, std::move(copy));
    for (const Value& value : graph_.values())
      if (value.is_constant() && used(value)) out.message(5, tensor_message(value.name, value.constant));
    for (const ValueId v : graph_.inputs) out.message(11, value_message(graph_.value(v), graph_.value(v).name));
    for (std::size_t i = 0; i < graph_.outputs.size(); ++i)
      out.message(12, value_message(graph_.value(graph_.outputs[i]), names_[i]));
    for (const Value& value : graph_.values())
      if (value.producer != kNone && value.type.dtype != DType::none && !is_output_.contains(value.name))
        out.message(13, value_message(value, value.name));
    return out;
  }

 private:
  std::string_view name_of(ValueId v) {
    if (v == kNone) return "";
    if (graph_.value(v).is_constant()) used_.insert(graph_.value(v).name);
    return graph_.value(v).name;
  }
  bool used(const Value& value) const { return used_.contains(value.name); }

  // Below opset 18 the axes of most reductions are an attribute.
  bool axes_as_attribute(const Node& node) const {
    return opset_ < 18 && axes_were_attribute(node.op_name) && node.inputs.size() > 1;
  }
  Encoder node_message(const Node& node) {
    Encoder out;
    std::size_t inputs = node.inputs.size();
    AttributeList attributes = exported_attributes(node);
    if (axes_as_attribute(node)) {
      attributes.push_back({"axes", graph_.value(node.inputs[1]).constant.integers()});
      inputs = 1;
    }
    for (std::size_t i = 0; i < inputs; ++i) out.text(1, name_of(node.inputs[i]));
    for (const ValueId v : node.outputs) out.text(2, name_of(v));
    out.text(3, unique(node.name)).text(4, node.op_name);
    for (const NamedAttribute& a : attributes) out.message(5, attribute_message(a));
    return out;
  }
  // Runtimes refuse two nodes of one name; a node without one may stay so.
  std::string unique(const std::string& name) {
    std::string out = name;
    while (!out.empty() && !node_names_.insert(out).second) out = fmt::format("{}_{}", name, ++next_[name]);
    return out;
  }
  // An output that no node computes, or that is named twice, is a copy with a name of its own.
  void add_outputs() {
    for (const ValueId v : graph_.outputs) {
      std::string name(name_of(v));
      if (graph_.value(v).producer == kNone || is_output_.contains(name)) name = copy_of(name);
      is_output_.insert(name);
      names_.push_back(name);
    }
  }
  std::string copy_of(const std::string& source) {
    std::set<std::string_view> taken;
    for (const Value& value : graph_.values()) taken.insert(value.name);
    std::string name = source + "/output";
    while (taken.contains(name) || is_output_.contains(name)) name += "_";
    Encoder copy;
    copy.text(1, source).text(2, name).text(3, unique(name)).text(4, "Identity");
    copies_.push_back(std::move(copy));
    return name;
  }

  const Graph& graph_;
  std::int64_t opset_;
  std::vector<std::string> names_;  // of the outputs
  std::set<std::string, std::less<>> used_, is_output_, node_names_;
  std::map<std::string, std::size_t> next_;  // how often a node's name has come again
  std::vector<Encoder> copies_;
};

Encoder entry(std::string_view key, std::string_view value) {
  Encoder out;
  out.text(1, key).text(2, value);
  return out;
}

}  // namespace

Result<std::string> to_bytes(const Graph& graph, const WriteOptions& options) {
  const std::int64_t opset = options.opset.value_or(needed_opset(graph));
  if (opset < kOldestWritten || opset > kNewestOpset)
    return make_error(Code::usage, fmt::format("an opset from {} to {}", kOldestWritten, kNewestOpset),
                      fmt::format("{}", opset));
  DLAS_TRY(check(graph, opset));
  Encoder model, version;
  model.integer(1, ir_version(opset)).text(2, options.producer);
  if (!options.producer_version.empty()) model.text(3, options.producer_version);
  model.message(7, Writer(graph, opset).graph_message());
  version.text(1, "").integer(2, opset);
  model.message(8, std::move(version));
  for (const auto& [key, value] : graph.metadata)
    if (!key.starts_with("onnx.")) model.message(14, entry(key, value));
  if (model.size() > kLargestMessage)
    return make_error(Code::limit, "a model below 2 GiB, the most that one ONNX file holds",
                      fmt::format("{} bytes", model.size()));
  return model.bytes();
}

Status write(const Graph& graph, std::string_view path, const WriteOptions& options) {
  DLAS_ASSIGN(const std::string bytes, to_bytes(graph, options));
  return write_file(path, bytes);
}

}  // namespace dlas::onnx
