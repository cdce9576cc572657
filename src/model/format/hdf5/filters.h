// What chunks are packed with: gzip, shuffle, fletcher32.
#pragma once

#include <string>
#include <vector>

#include "model/format/hdf5/cursor.h"

namespace dlas::hdf5 {

struct Filter {
  std::uint64_t id = 0;
};
// Errors: truncated; unsupported for other filters.
Result<std::vector<Filter>> filters(std::span<const std::byte> message);

// A chunk's `size` bytes. Bit i of `left_out` says that filter i was not applied.
// Errors: format, mismatch (checksum), limit.
Result<std::string> unpacked(const std::vector<Filter>& filters, std::uint64_t left_out,
                             std::span<const std::byte> packed, std::uint64_t size, std::size_t element);

std::uint32_t fletcher32(std::span<const std::byte> bytes);

}  // namespace dlas::hdf5
