// Frozen graphs: a GraphDef whose variables have become constants.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "base/limits.h"
#include "model/format/tensorflow/finish.h"
#include "model/format/tensorflow/network.h"
#include "model/format/tensorflow/reader.h"

namespace dlas::tensorflow {
namespace {

// Nodes that nobody reads, and that are no answer.
constexpr std::string_view kNoAnswers[] = {"Assert",
                                           "Assign",
                                           "AssignVariableOp",
                                           "Const",
                                           "HistogramSummary",
                                           "ImageSummary",
                                           "MergeSummary",
                                           "NoOp",
                                           "Placeholder",
                                           "PlaceholderV2",
                                           "PlaceholderWithDefault",
                                           "Print",
                                           "PrintV2",
                                           "RestoreV2",
                                           "SaveV2",
                                           "ScalarSummary",
                                           "VarHandleOp",
                                           "VariableV2",
                                           "VarIsInitializedOp"};

bool is_placeholder(std::string_view op) { return op == "Placeholder" || op == "PlaceholderV2"; }

std::vector<std::string_view> answers(const GraphProto& graph) {
  std::set<std::string_view> read;
  for (const NodeProto& node : graph.nodes)
    for (const std::string_view input : node.inputs)
      if (const Reference r = reference_of(input); !r.control || node.op != "NoOp") read.insert(r.node);
  std::vector<std::string_view> out;
  for (const NodeProto& node : graph.nodes)
    if (!read.contains(node.name) && std::ranges::count(kNoAnswers, node.op) == 0) out.push_back(node.name);
  return out;
}

// Of the attribute, or what the exporter noted of the outputs.
Result<Type> input_type(const NodeProto& node) {
  Type type;
  if (const AttributeProto* dtype = node.find("dtype"); dtype && dtype->kind == AttributeKind::type)
    type.dtype = dtype_of(dtype->integer);
  if (const AttributeProto* shape = node.find("shape"); shape && shape->kind == AttributeKind::shape) {
    DLAS_ASSIGN(const ShapeProto proto, parse_shape(shape->message));
    DLAS_ASSIGN(type.dims, dims_of(proto));
  }
  const AttributeProto* noted = node.find("_output_shapes");
  if (type.ranked() || !noted || noted->kind != AttributeKind::list) return type;
  DLAS_ASSIGN(const auto shapes, shapes_of(*noted));
  if (!shapes.empty()) {
    DLAS_ASSIGN(type.dims, dims_of(shapes[0]));
  }
  return type;
}

Status add_inputs(const GraphProto& graph, Build& build, Network& network) {
  for (const NodeProto& node : graph.nodes) {
    if (!is_placeholder(node.op)) continue;
    DLAS_ASSIGN(Type type, input_type(node));
    if (type.dtype == DType::none)
      build.graph().notes.push_back(
          {Severity::not_executable, "",
           fmt::format("input '{}' is not a tensor of a type that dlas computes with", node.name)});
    const ValueId id = build.graph().add_input(std::string(node.name), std::move(type));
    build.graph().value(id).origin = {build.source().path, std::string(node.name), node.offset, 0};
    network.give(node.name, id);
  }
  build.name_batch();
  return {};
}

// What is left of control flow when a graph is frozen: which branch was taken.
bool tells_a_branch(const Build& build, ValueId value) {
  const Tensor* known = build.constant(value);
  return known && known->rank() == 0;
}

Status check_names(const GraphProto& graph) {
  std::set<std::string_view> seen;
  for (const NodeProto& node : graph.nodes)
    if (!seen.insert(node.name).second)
      return make_error(Code::graph, "one node of each name", "two").at(node.offset).at_node(node.name, node.op);
  return {};
}

Result<Graph> built(const Source& source) {
  Room room{limits().parsed_bytes + 2 * source.bytes.size()};
  DLAS_ASSIGN(const GraphProto graph, parse_graph({source.bytes, 0, &room}));
  DLAS_TRY(check_names(graph));
  Build build(source);
  Network network(graph, build, nullptr);
  DLAS_TRY(add_inputs(graph, build, network));
  const auto names = answers(graph);
  if (names.empty()) return make_error(Code::format, "a graph with outputs", "none");
  DLAS_ASSIGN(const auto values, network.values(names));
  std::vector<NamedOutput> outputs;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (values[i] != kNone && !tells_a_branch(build, values[i])) outputs.push_back({std::string(names[i]), values[i]});
  if (outputs.empty()) return make_error(Code::format, "a graph with outputs", "branches that are not taken");
  return finish(build, outputs);
}

}  // namespace

bool is_graph(std::string_view bytes) {
  if (bytes.empty() || bytes[0] != '\x0a') return false;
  std::size_t at = 1;
  while (at < bytes.size() && at < 6 && (static_cast<unsigned char>(bytes[at]) & 0x80) != 0) ++at;
  if (at + 1 >= bytes.size()) return false;
  protobuf::Fields node({bytes.substr(at + 1), 0});
  Field name, op;
  const auto first = node.next(name), second = node.next(op);
  if (!first.ok() || !second.ok() || !*first || !*second) return false;
  const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '>'; };
  return name.number == 1 && op.number == 2 && !op.bytes.empty() && std::ranges::all_of(op.bytes, is_word);
}

Result<Graph> read_graph(std::string_view bytes, std::shared_ptr<const void> owner, std::string_view path) {
  auto graph = built({bytes, std::move(owner), std::string(path)});
  if (!graph.ok()) return graph.error().in(path);
  return graph;
}

Result<Graph> read_graph(const File& file) { return read_graph(file.chars(), file.owner(), file.path()); }

}  // namespace dlas::tensorflow
