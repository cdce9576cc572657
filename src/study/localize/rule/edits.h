// From a change of the normal form to edits of the target's file.
#pragma once

#include <string>
#include <vector>

#include "study/localize/rule/rule.h"

namespace dlas::study::localize {

// "[0,0,1,1]", "0.001", "'nearest'".
std::string value_text(const AttributeValue& value);

// The node of the target's file that a node of its normal form stands for; null where there is none.
const Node* file_node(const Case& c, const Node& normal);

// Sets an attribute of the file's node, where that has it; empty otherwise.
std::vector<Edit> attribute_edits(const Case& c, const Node& normal, const std::string& name,
                                  const AttributeValue& after);

// Gives a constant of the file the numbers `after`, which are those of the constant of that name in the normal form: quantised again where
// the file's is quantised. Empty where the file has no such constant.
std::vector<Edit> constant_edits(const Case& c, ValueId constant, const Tensor& after);

// The pads of a window with those of the Pad nodes of its region.
std::vector<std::int64_t> total_pads(const Graph& graph, const Cone& cone, std::vector<std::int64_t> pads);

}  // namespace dlas::study::localize
