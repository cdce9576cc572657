// Any bytes as the JSON of a comparison: an error, or a page and an overlay. A page has one style, no script, and no tag from the
// file: what is named in it is text.
#include <cstdint>
#include <string_view>

#include "report/overlay.h"
#include "report/page.h"
#include "study/compare/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto diff = dlas::study::parse_diff({reinterpret_cast<const char*>(data), size});
  if (!diff.ok()) return 0;
  const std::string page = dlas::report::page(*diff);
  if (page.find("<script") != std::string::npos || page.find("<style") != page.rfind("<style")) __builtin_trap();
  static_cast<void>(dlas::report::overlay(*diff).dump());
  return 0;
}
