#include "cli/destination.h"

#include <filesystem>
#include <system_error>

#include "base/file.h"
#include "cli/command.h"

namespace dlas::cli {

Status check_destination(std::string_view path, std::initializer_list<std::string_view> read) {
  if (path.empty() || path == "-") return {};
  for (const std::string_view input : read) {
    std::error_code ignored;
    if (!input.empty() && std::filesystem::equivalent(path, input, ignored))
      return make_error(Code::usage, "a name to write to that is not one of the files to read", path).in(input);
  }
  if (const std::string folder = folder_of(path); path_kind(folder) != PathKind::folder)
    return make_error(Code::not_found, "a folder to write into",
                      path_kind(folder) == PathKind::missing ? "none" : "a file")
        .in(folder)
        .try_this("mkdir -p " + folder);
  if (path_kind(path) == PathKind::folder)
    return make_error(Code::special_file, "the name of a file to write", "a folder").in(path);
  return {};
}

Status check_different(std::initializer_list<Destination> files) {
  for (auto one = files.begin(); one != files.end(); ++one)
    for (auto other = one + 1; other != files.end(); ++other)
      if (!one->path.empty() && one->path == other->path)
        return make_error(Code::usage,
                          "different names for " + std::string(one->option) + " and " + std::string(other->option),
                          one->path);
  return {};
}

Status deliver(std::string_view path, std::string_view bytes) {
  if (path != "-") return write_file(path, bytes);
  print(bytes);
  return {};
}

}  // namespace dlas::cli
