#include "compiler/attributes.h"

#include <algorithm>

namespace dlas::compiler {
namespace {

template <typename T>
std::optional<T> find(const Node& node, std::string_view name) {
  for (const NamedAttribute& a : node.attributes.list())
    if (a.name == name)
      if (const T* value = std::get_if<T>(&a.value)) return *value;
  return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> integer(const Node& node, std::string_view name) { return find<std::int64_t>(node, name); }
std::optional<double> real(const Node& node, std::string_view name) { return find<double>(node, name); }
std::optional<bool> flag(const Node& node, std::string_view name) { return find<bool>(node, name); }
std::optional<DType> element_type(const Node& node, std::string_view name) { return find<DType>(node, name); }
std::string word(const Node& node, std::string_view name) { return find<std::string>(node, name).value_or(""); }
std::vector<std::int64_t> integers(const Node& node, std::string_view name) {
  return find<std::vector<std::int64_t>>(node, name).value_or(std::vector<std::int64_t>{});
}

bool activates(const Node& node) {
  const std::string activation = word(node, "activation");
  return !activation.empty() && activation != "none";
}

AttributeSet with(const Op& op, const AttributeSet& set, const AttributeList& changed) {
  AttributeList list = set.list();
  for (const NamedAttribute& c : changed) {
    const auto same = std::ranges::find(list, c.name, &NamedAttribute::name);
    if (same == list.end()) list.push_back(c);
    else same->value = c.value;
  }
  return attributes_of(op, list);
}

AttributeSet attributes_of(const Op& op, const AttributeList& list) {
  auto made = op.attributes->make(list);
  check(made.ok(), "a pass sets attributes that the operator has");
  return *std::move(made);
}

}  // namespace dlas::compiler
