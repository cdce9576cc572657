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

// The same for a node of the file itself.
std::vector<Edit> attribute_edits_of(const Case& c, const Node& node_of_file, const std::string& name,
                                     const AttributeValue& after);

// Gives a constant of the file the numbers `after`: quantised again where the file's is quantised. Empty where the type is another.
std::vector<Edit> constant_edits(const Case& c, ValueId constant_of_file, const Tensor& after);

// The constant of the file that has the name and the size of one of the normal form; kNone where there is none.
ValueId file_constant(const Case& c, ValueId constant);

// The pads of a window with those of the Pad nodes of its region.
std::vector<std::int64_t> total_pads(const Graph& graph, const Cone& cone, std::vector<std::int64_t> pads);

}  // namespace dlas::study::localize
