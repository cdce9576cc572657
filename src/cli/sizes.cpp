#include "cli/sizes.h"

#include <CLI/CLI.hpp>

#include "base/text.h"

namespace dlas::cli {

CLI::Option* add_size_option(CLI::App& command, std::vector<std::string>& sizes) {
  return command
      .add_option("--size", sizes, "name=number: a size that the model leaves open; * for the first of an input")
      ->type_name("SIZE")
      ->allow_extra_args(false);
}

Result<std::map<std::string, std::int64_t>> sizes_of(const std::vector<std::string>& texts) {
  std::map<std::string, std::int64_t> out;
  for (const std::string& text : texts) {
    const std::size_t equal = text.find('=');
    const auto size = equal == std::string::npos ? std::nullopt : parse_int(text.substr(equal + 1));
    if (!size || equal == 0) return make_error(Code::usage, "--size name=number", text);
    if (!out.emplace(text.substr(0, equal), *size).second)
      return make_error(Code::usage, "one --size for each name", text.substr(0, equal) + " again");
  }
  return out;
}

}  // namespace dlas::cli
