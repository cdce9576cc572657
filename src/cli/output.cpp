#include <cstdio>

#include "base/text.h"
#include "cli/command.h"

namespace dlas::cli {

int fail(const Error& error) {
  std::string text = "dlas: " + error.message() + "\n";
  if (!error.remedy.empty()) text += "      try: " + for_terminal(error.remedy, 2000) + "\n";
  std::fputs(text.c_str(), stderr);
  return error.code == Code::internal ? kBug : kInput;
}

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

std::string pretty(const nlohmann::ordered_json& json) {
  return json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace dlas::cli
