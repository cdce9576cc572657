// Long names, cut where they say least.
#pragma once

#include <string>
#include <string_view>

namespace dlas::report {

// At most `longest` characters: the middle becomes "…". Names of networks differ at their ends, and those of fused TFLite
// nodes are long. The result is valid UTF-8; it is not escaped.  REQUIRES: longest >= 3.
std::string shortened(std::string_view raw, std::size_t longest);

}  // namespace dlas::report
