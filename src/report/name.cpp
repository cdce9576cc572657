#include "report/name.h"

#include <vector>

#include "base/text.h"

namespace dlas::report {

std::string shortened(std::string_view raw, std::size_t longest) {
  const std::string text = valid_utf8(raw);
  std::vector<std::size_t> starts;  // of characters
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80U) starts.push_back(i);
  if (starts.size() <= longest) return text;
  const std::size_t head = longest / 2, tail = longest - head - 1;
  return text.substr(0, starts[head]) + "\xe2\x80\xa6" + text.substr(starts[starts.size() - tail]);
}

}  // namespace dlas::report
