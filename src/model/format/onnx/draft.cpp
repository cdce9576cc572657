// Reading and changing the attributes and inputs of a node on its way in.
#include <algorithm>

#include "model/format/onnx/build.h"

namespace dlas::onnx {

const AttributeValue* Draft::find(std::string_view attribute) const {
  const auto it = std::ranges::find(attributes, attribute, &NamedAttribute::name);
  return it == attributes.end() ? nullptr : &it->value;
}

void Draft::set(std::string_view attribute, AttributeValue value) {
  erase(attribute);
  attributes.push_back({std::string(attribute), std::move(value)});
}

void Draft::erase(std::string_view attribute) {
  std::erase_if(attributes, [&](const NamedAttribute& a) { return a.name == attribute; });
}

std::int64_t Draft::integer(std::string_view attribute, std::int64_t otherwise) const {
  const AttributeValue* value = find(attribute);
  const auto* number = value ? std::get_if<std::int64_t>(value) : nullptr;
  return number ? *number : otherwise;
}

std::vector<std::int64_t> Draft::integers(std::string_view attribute) const {
  const AttributeValue* value = find(attribute);
  const auto* numbers = value ? std::get_if<std::vector<std::int64_t>>(value) : nullptr;
  return numbers ? *numbers : std::vector<std::int64_t>();
}

void Draft::set_input(std::size_t slot, ValueId value) {
  if (inputs.size() <= slot) inputs.resize(slot + 1, kNone);
  inputs[slot] = value;
}

ValueId Scope::find(std::string_view name) const {
  for (const Scope* s = this; s; s = s->outer)
    if (const auto it = s->names.find(name); it != s->names.end()) return it->second;
  return kNone;
}

}  // namespace dlas::onnx
