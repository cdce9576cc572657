// Attributes of any operator by their names: passes read and change a few of them without knowing the operator's own struct.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/graph/graph.h"

namespace dlas::compiler {

// The value of an attribute; nothing when the operator has none of this name or kind, or it is not set.
std::optional<std::int64_t> integer(const Node& node, std::string_view name);
std::optional<double> real(const Node& node, std::string_view name);
std::optional<bool> flag(const Node& node, std::string_view name);
std::optional<DType> element_type(const Node& node, std::string_view name);
std::string word(const Node& node, std::string_view name);  // empty where there is none
std::vector<std::int64_t> integers(const Node& node, std::string_view name);

// True when the operator computes `activation` after its own function.
bool activates(const Node& node);

// The operator's attributes with some of them set; the others keep their values, or the defaults.
// REQUIRES: the operator has these attributes, of these kinds.
AttributeSet with(const Op& op, const AttributeSet& set, const AttributeList& changed);
AttributeSet attributes_of(const Op& op, const AttributeList& list);

}  // namespace dlas::compiler
