// What is wrong with a command line, as an error that says what was expected and found.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace dlas::cli {

// `words` are the arguments as typed, without the program's name.
Error usage_error(const CLI::App& app, const CLI::ParseError& error, const std::vector<std::string>& words);

}  // namespace dlas::cli
