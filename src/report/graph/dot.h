// A picture in the language of Graphviz, for those who want their own layout.
#pragma once

#include <string>

#include "report/graph/picture.h"

namespace dlas::report {

// All names escaped.
std::string dot(const Picture& picture);

}  // namespace dlas::report
