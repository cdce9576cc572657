// JSON before it is parsed: the library recurses into it and builds a value for each comma, so nesting and size are counted first.
#pragma once

#include <string_view>

#include "base/result.h"

namespace dlas {

// Errors: Code::limit for deeper nesting than limits().json_depth, or values that take more than limits().parsed_bytes
// and twice the text.
// Cost: linear. Whether the text is JSON at all is left to the parser.
Status check_json_budget(std::string_view text);

}  // namespace dlas
