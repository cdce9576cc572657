// Zip archives in memory: the members that stand in the central directory, read with budgets; and stored archives written.
// A member's name is a name, never a path to a file: names of values such as "/conv1/Conv_output_0" look like paths, and
// nothing is ever written under one.                                                              PKWARE APPNOTE 6.3.10
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dlas {

struct ZipMember {
  std::string name;
  std::uint64_t size = 0;  // unpacked
  std::uint32_t crc = 0;
  std::uint16_t method = 0;              // 0 stored, 8 deflated
  std::span<const std::byte> packed;     // inside the archive
  std::uint64_t local = 0, central = 0;  // where its header and its entry in the directory begin
};

bool is_zip(std::span<const std::byte> bytes);  // begins with a local header or an empty archive's end

// What may stand before an archive: TFLite appends one to its model.
enum class Front { nothing, anything };

// Errors: format, truncated (no directory, ranges outside), unsupported (encryption, other methods, several disks),
//         mismatch (local header and directory differ, a name twice, members that overlap).
// Cost:   linear in the directory.
Result<std::vector<ZipMember>> read_zip(std::span<const std::byte> bytes, Front front = Front::nothing);

// A member's bytes, checked against its CRC. A stored one stays a view of the archive; a deflated one is unpacked into `room`.
// Errors: as inflate_exactly, and mismatch of the CRC.
Result<std::span<const std::byte>> unpack(const ZipMember& member, std::string& room);

struct ZipEntry {
  std::string name;
  std::string bytes;
};
// All members stored, dated 1 January 1980: the same entries give the same bytes. Zip64 where sizes need it.
std::string write_zip(std::span<const ZipEntry> entries);

}  // namespace dlas
