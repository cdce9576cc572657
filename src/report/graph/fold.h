// Fewer boxes for a large graph: chains first, then blocks that come again and again.
#pragma once

#include "report/graph/picture.h"

namespace dlas::report {

// A picture of at most `most` boxes comes back as it is. Otherwise
//   chains   boxes that are each read by the next one only are cut into pieces, each one box with its number; the pieces are
//            as short as `most` allows, at least three boxes, and of whole periods where the labels repeat;
//   blocks   when that is still too much: a row of at least two equal blocks becomes one box with their number. A block lies
//            between two boxes that every path passes; equal means the same labels, wired alike.
// Kept boxes, and inputs and outputs, stay as they are. More than `most` may be left over.
// Cost: linear in boxes and arrows, but for sorting.
Picture folded(Picture picture, std::size_t most);

// What a folded box says: "Conv, Clip" for any number of repetitions of these two; at most four labels, then "...".
std::string summary(const std::vector<std::string>& labels);

}  // namespace dlas::report
