// Members of a zip archive, read from memory: stored and deflated, no encryption, no zip64, no multi-part archives.
//
// Nothing is ever written under a member's name. TFLite appends an archive of label files to its model file.
// Source: PKWARE's APPNOTE 6.3: end record, central directory, local headers.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dlas {

struct ZipMember {
  std::string name;  // raw
  std::uint64_t packed = 0;
  std::uint64_t size = 0;
  std::uint64_t data = 0;  // first byte in the archive's bytes
  std::uint32_t crc = 0;
  bool deflated = false;
};

// The members, in the order of the central directory. `bytes` may have anything in front of the archive (offsets are
// corrected for it, as unzip does).
// Errors: format (no archive, damaged records, two members of one name), unsupported (encryption, other methods, zip64),
// limit (a member above Limits::inflated_bytes or Limits::inflate_ratio).
Result<std::vector<ZipMember>> zip_members(std::span<const std::byte> bytes);

// Whether an end record is there at all.
bool has_zip(std::span<const std::byte> bytes);

// One member's bytes. Errors: format when they do not inflate to the stated size and CRC.
Result<std::string> unzip(std::span<const std::byte> bytes, const ZipMember& member);

}  // namespace dlas
