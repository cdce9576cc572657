// The zip archives of PyTorch: members below one folder whose name is free, storages stored without compression.
//                                                                           caffe2/serialize/inline_container.h, torch 2.15
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/archive/zip.h"
#include "base/result.h"

namespace dlas::torch {

// Bytes of a file: what keeps them, and where they stand in it, for provenance.
struct Source {
  std::span<const std::byte> bytes;
  std::shared_ptr<const void> owner;
  std::string path;
  std::uint64_t offset = 0;  // of bytes[0] in the file
};

class Archive {
 public:
  // Errors: of read_zip; unsupported for a byte order that is not little.
  static Result<Archive> open(Source source);

  const Source& source() const { return source_; }
  bool has(std::string_view name) const { return members_.contains(name); }
  // Names below the common folder, sorted.
  std::vector<std::string_view> names() const;
  // A small member, whole, unpacked and checked against its CRC. Lives as long as the archive.
  // Errors: not_found, of unpack.
  Result<std::span<const std::byte>> content(std::string_view name);
  Result<std::string_view> text(std::string_view name);
  // A stored member where it stands, unread: torch can be told to leave the CRC of storages out.
  // Errors: not_found; unsupported when it is compressed.
  Result<Source> stored(std::string_view name) const;
  // Where the bytes of a member begin in the file.
  std::uint64_t offset(std::string_view name) const;

 private:
  Source source_;
  std::map<std::string, ZipMember, std::less<>> members_;
  std::map<std::string, std::string, std::less<>> unpacked_;
};

}  // namespace dlas::torch
