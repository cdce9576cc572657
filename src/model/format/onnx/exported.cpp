#include "model/format/onnx/exported.h"

#include <algorithm>

#include "model/format/onnx/opset.h"

namespace dlas::onnx {
namespace {

bool empty(const AttributeValue& value) {
  if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value)) return list->empty();
  if (const auto* list = std::get_if<std::vector<double>>(&value)) return list->empty();
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) return list->empty();
  if (const auto* text = std::get_if<std::string>(&value)) return text->empty();
  if (const auto* dtype = std::get_if<DType>(&value)) return *dtype == DType::none;
  return false;
}

}  // namespace

AttributeList exported_attributes(const Node& node) {
  AttributeList fallback;
  if (node.op)
    if (auto made = node.op->attributes->make({}); made.ok()) fallback = made->list();
  AttributeList out;
  for (NamedAttribute& a : node.attributes.list()) {
    const auto same_name = std::ranges::find(fallback, a.name, &NamedAttribute::name);
    const bool at_default = same_name != fallback.end() && same(same_name->value, a.value);
    if (at_default && (empty(a.value) || opset_of_attribute(node.op_name, a.name) != kOldestWritten)) continue;
    out.push_back(std::move(a));
  }
  return out;
}

}  // namespace dlas::onnx
