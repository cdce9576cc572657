// Reading files that nobody vouches for: only regular files, mapped read-only, never following a path out of a folder.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dlas {

// A mapped file. Copies share the mapping, which lives as long as any copy or any view that holds `owner()`.
class File {
 public:
  File() = default;
  std::span<const std::byte> bytes() const;
  std::string_view chars() const;  // the same bytes as characters
  std::uint64_t size() const { return bytes().size(); }
  const std::string& path() const;            // as the user gave it
  std::shared_ptr<const void> owner() const;  // keeps the mapping

 private:
  struct Mapping;
  friend Result<File> open_file(std::string_view path);
  friend Result<File> open_beneath(std::string_view folder, std::string_view relative);
  static Result<File> map(int descriptor, std::string path);
  std::shared_ptr<const Mapping> mapping_;
};

// Opens a regular file. Never blocks on a FIFO or device.
// Errors: not_found, io, special_file ("a regular file", "a FIFO"), limit (Limits::file_bytes).
Result<File> open_file(std::string_view path);

// Opens `relative` below `folder`: refuses absolute paths, "..", symbolic links on the way and hard links with
// another name (link count > 1), checked on what the kernel opened.  Errors: as open_file, and containment.
Result<File> open_beneath(std::string_view folder, std::string_view relative);

// Whole small file as text.  Errors: as open_file, limit when longer than `longest`.
Result<std::string> read_text(std::string_view path, std::uint64_t longest);

// Names in a folder, sorted by bytes; regular files and folders only, links and special files are left out and counted.
struct Listing {
  std::vector<std::string> files, folders;
  std::uint64_t left_out = 0;
};
Result<Listing> list_folder(std::string_view path);

enum class PathKind { missing, file, folder, special };
PathKind path_kind(std::string_view path);

// Writes a whole file or nothing: a temporary file in the same folder, flushed, then renamed over `path`.
// Errors: io with the system's reason; special_file when `path` exists and is not a regular file.
Status write_file(std::string_view path, std::string_view bytes);

std::string folder_of(std::string_view path);     // "a/b.onnx" -> "a", "b.onnx" -> "."
std::string extension_of(std::string_view path);  // ".onnx", lower case

}  // namespace dlas
