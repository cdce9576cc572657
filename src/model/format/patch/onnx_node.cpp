#include "model/format/patch/onnx_node.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/format/onnx/encode_graph.h"
#include "model/format/onnx/exported.h"
#include "model/format/onnx/opset.h"
#include "model/format/patch/changes.h"

namespace dlas::patch {
namespace {

// Operators whose form of opset 13 is also that of the opset given here.                       changelog of ONNX's operators
struct Since {
  std::string_view op;
  std::int64_t opset;
};
constexpr auto kOlder = std::to_array<Since>({
    {"Add", 7},       {"AveragePool", 11}, {"BatchNormalization", 9},
    {"Concat", 4},    {"Conv", 1},         {"ConvTranspose", 1},
    {"Div", 7},       {"Flatten", 9},      {"Gemm", 11},
    {"Identity", 1},  {"LeakyRelu", 6},    {"MatMul", 1},
    {"MaxPool", 8},   {"Mul", 7},          {"Neg", 6},
    {"PRelu", 9},     {"Relu", 6},         {"Reshape", 5},
    {"Sigmoid", 6},   {"Sub", 7},          {"Tanh", 6},
    {"Transpose", 1},
});

bool written_alike(std::string_view op, std::int64_t opset) {
  const auto it = std::ranges::find(kOlder, op, &Since::op);
  return it != kOlder.end() && opset >= it->opset;
}

}  // namespace

Result<std::string> onnx_node(const Graph& graph, const Node& node, const std::vector<std::string>& inputs,
                              const std::vector<std::string>& outputs, std::int64_t opset) {
  const auto since = onnx::opset_of(node.op_name);
  if (!since) return refused(node, "an operator of ONNX", node.op_name);
  if (opset < onnx::kOldestWritten ? !written_alike(node.op_name, opset) : *since > opset)
    return refused(node, fmt::format("an operator of opset {}, which the file has", opset), node.op_name);
  AttributeList attributes = onnx::exported_attributes(node);
  for (const NamedAttribute& a : attributes) {
    const auto brought = onnx::opset_of_attribute(node.op_name, a.name);
    if (!brought || *brought > std::max(opset, onnx::kOldestWritten))
      return refused(node, "attributes that ONNX has in the file's opset", "'" + a.name + "'");
  }
  std::vector<std::string> names = inputs;
  if (opset < 18 && onnx::axes_were_attribute(node.op_name) && node.inputs.size() > 1) {
    const Value& axes = graph.value(node.inputs[1]);
    if (!axes.is_constant()) return refused(node, "axes that are constant, as the file's opset wants", "computed ones");
    attributes.push_back({"axes", axes.constant.integers()});
    names.resize(1);
  }
  onnx::Encoder out;
  for (const std::string& name : names) out.text(1, name);
  for (const std::string& name : outputs) out.text(2, name);
  out.text(3, node.name).text(4, node.op_name);
  for (const NamedAttribute& a : attributes) out.message(5, onnx::attribute_message(a));
  return out.bytes();
}

}  // namespace dlas::patch
