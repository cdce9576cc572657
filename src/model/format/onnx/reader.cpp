#include "model/format/onnx/reader.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "model/executor/fold.h"
#include "model/format/onnx/adapt.h"
#include "model/format/onnx/build.h"
#include "model/format/onnx/proto.h"
#include "model/format/onnx/tensor.h"
#include "model/graph/verify.h"

namespace dlas::onnx {
namespace {

Result<Type> declared_type(const ValueInfoProto& info) {
  if (info.kind != "tensor") return Type();
  Type type;
  if (info.elem_type != 0) {
    const auto dtype = dtype_of_proto(info.elem_type);
    if (dtype.ok()) type.dtype = *dtype;
    else if (dtype.error().code != Code::unsupported) return dtype.error();
  }
  if (!info.shape) return type;
  if (info.shape->size() > limits().rank)
    return make_error(Code::limit, fmt::format("at most {} dimensions", limits().rank),
                      fmt::format("{}", info.shape->size()));
  type.dims.emplace();
  for (const DimensionProto& d : *info.shape) {
    // Some exporters write -1 for an unknown size.
    if (d.value && *d.value >= 0) type.dims->emplace_back(*d.value);
    else if (!d.parameter.empty()) type.dims->push_back(Dim::symbol(std::string(d.parameter)));
    else type.dims->emplace_back();
  }
  return type;
}

void declare_inputs(const GraphProto& proto, Scope& scope, Build& build) {
  for (const ValueInfoProto& info : proto.inputs) {
    auto type = declared_type(info);
    if (!type.ok()) {
      build.problem(type.error().at(info.offset).at_slot(fmt::format("input '{}'", info.name)));
      continue;
    }
    if (scope.names.contains(info.name)) continue;  // old files list initializers among the inputs
    if (type->dtype == DType::none)
      build.note(Severity::not_executable, "",
                 fmt::format("input '{}' is not a tensor of a type that dlas computes with", info.name));
    const ValueId id = build.graph().add_input(std::string(info.name), std::move(*type));
    build.graph().value(id).origin = {build.file().path(), std::string(info.name), info.offset, 0};
    scope.names.emplace(info.name, id);
  }
}

// Types of computed values, as far as the file tells them.
void declare_types(const std::vector<ValueInfoProto>& infos, const Scope& scope, Build& build) {
  for (const ValueInfoProto& info : infos) {
    const ValueId id = scope.find(info.name);
    if (id == kNone) continue;
    Value& value = build.graph().value(id);
    if (value.is_constant() || value.producer == kNone) continue;
    auto type = declared_type(info);
    if (!type.ok()) build.problem(type.error().at(info.offset).at_slot(fmt::format("value '{}'", info.name)));
    else if (type->dtype != DType::none) value.type = std::move(*type);
  }
}

void declare_outputs(const GraphProto& proto, const Scope& scope, Build& build) {
  for (const ValueInfoProto& info : proto.outputs) {
    const ValueId id = scope.find(info.name);
    if (id == kNone)
      build.problem(
          make_error(Code::graph, "outputs that something computes", fmt::format("'{}'", info.name)).at(info.offset));
    else build.graph().outputs.push_back(id);
  }
}

void describe(const ModelProto& model, Graph& graph) {
  for (const auto& [key, value] : model.metadata) graph.metadata.emplace(key, value);
  graph.metadata["onnx.ir_version"] = fmt::format("{}", model.ir_version);
  graph.metadata["onnx.opset"] = fmt::format("{}", standard_opset(model.opsets));
  graph.metadata["onnx.producer"] = model.producer_name;
  if (!model.producer_version.empty()) graph.metadata["onnx.producer_version"] = model.producer_version;
}

Result<Graph> built(const File& file) {
  Room room{limits().parsed_bytes + 2 * file.size()};
  DLAS_ASSIGN(const ModelProto model, parse_model({file.chars(), 0, &room}));
  if (!model.graph) return make_error(Code::format, "an ONNX model", "a file without a graph");
  DLAS_ASSIGN(const GraphProto proto, parse_graph(*model.graph));
  Build build(file, model);
  build.graph().name = proto.name;
  Scope scope;
  scope.opset = standard_opset(model.opsets);
  if (scope.opset > kNewestOpset)
    build.note(Severity::warning, "",
               fmt::format("opset {} is newer than {}, the newest that dlas knows: operators may mean something else",
                           scope.opset, kNewestOpset));
  build.initializers(proto, scope);
  declare_inputs(proto, scope, build);
  build.body(proto.nodes, scope);
  declare_types(proto.value_infos, scope, build);
  declare_types(proto.outputs, scope, build);
  if (build.ok()) declare_outputs(proto, scope, build);
  if (!build.ok()) return build.problems();
  describe(model, build.graph());
  return std::move(build.graph());
}

}  // namespace

Result<Graph> read(const File& file) {
  auto graph = built(file);
  if (!graph.ok()) return graph.error().in(file.path());
  if (auto status = graph->sort(); !status.ok()) return status.error().in(file.path());
  if (auto status = fold_constants(*graph); !status.ok()) return status.error().in(file.path());
  if (auto status = verify(*graph); !status.ok()) return status.error().in(file.path());
  return graph;
}

}  // namespace dlas::onnx
