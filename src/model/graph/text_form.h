// A graph as text that a person can read and diff, and that parses back to an equal graph.
//
//   graph "name"
//   input x f32 [batch,3,224,224] axes NCHW
//   const w f32 [2] = 0x0000803f00000040
//   node "conv1" Conv {group=1, pads=[1,1,1,1]} (x, w, -) -> (y f32 [batch,64,112,112])
//   output y
// Names are quoted strings with JSON's escapes; sizes are numbers, names or ?; an absent input is "-".
#pragma once

#include <string>
#include <string_view>

#include "model/graph/graph.h"

namespace dlas {

enum class Contents { all, elided };  // elided: constants as "= ..", for people; does not parse

std::string to_text(const Graph& graph, Contents contents = Contents::all);

// `find` gives the operator of a name, or null for one that stays unknown.
// Errors: format with line and what was expected; then everything that the verifier finds.
Result<Graph> parse_graph(std::string_view text, const Op* (*find)(std::string_view));

// One attribute's value as the form above has it, and one read from the front of `text`, which then begins behind it.
std::string to_text(const AttributeValue& value);
Result<AttributeValue> parse_attribute_value(std::string_view& text);

}  // namespace dlas
