// Where a command writes: a file, or "-" for standard output.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/result.h"

namespace dlas::cli {

// Asked before the work, so that an hour is not lost on a wrong path. An empty `path` is fine: nothing will be written.
// Errors: usage when it is one of the files that are read; not_found when its folder is not there; special_file.
Status check_destination(std::string_view path, std::initializer_list<std::string_view> read);

// Results of one command, each with the option that names its file. Errors: usage when two have one name.
struct Destination {
  std::string_view option, path;
};
Status check_different(std::initializer_list<Destination> files);

// Errors: as write_file.
Status deliver(std::string_view path, std::string_view bytes);

}  // namespace dlas::cli
