// Sizes that a model leaves open, as the user gives them: --size batch=4.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/command.h"

namespace dlas::cli {

CLI::Option* add_size_option(CLI::App& command, std::vector<std::string>& sizes);
// Errors: usage when one is not name=number, or a name comes twice.
Result<std::map<std::string, std::int64_t>> sizes_of(const std::vector<std::string>& texts);

}  // namespace dlas::cli
