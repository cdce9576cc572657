// One side's graph of a comparison as a picture, with the errors of its values.
#pragma once

#include "report/field.h"
#include "report/graph/picture.h"

namespace dlas::report {

// `side` is "a" or "b". Empty when the JSON has no graph, or one that no program of ours wrote.
Picture picture_of_side(const Json& diff, const char* side);

}  // namespace dlas::report
