// Which field of an operator's options says which attribute.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/graph/attribute.h"

namespace dlas::patch {

// One number of an options table.
struct OptionValue {
  int field = 0;
  std::string bytes;  // little-endian, as long as the field
};

// Widths of all fields of the options of an operator ("CONV_2D"), one digit each; empty for one whose options are not known.
std::string_view option_widths(std::string_view code);

// What must be written to give the operator this attribute. `all` are the attributes that the node has then: some fields say
// two of them.  Nothing when the schema cannot say it.
std::optional<std::vector<OptionValue>> option_values(std::string_view code, const NamedAttribute& attribute,
                                                      const AttributeList& all);

}  // namespace dlas::patch
