// Decompression that a hostile file cannot blow up: at most Limits::inflated_bytes, and no more than deflate can make of the
// bytes that are there. Memory grows with what came out, not with what a header promises.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/result.h"

namespace dlas {

// gzip, also several members one behind the other.
// Errors: format, truncated, limit.
Result<std::string> gunzip(std::span<const std::byte> bytes);

// A bare deflate stream, as in zip files, that must give exactly `size` bytes and use all of `bytes`.
// Errors: format, truncated, limit, mismatch (another size).
Result<std::string> inflate_exactly(std::span<const std::byte> bytes, std::uint64_t size);

bool is_gzip(std::span<const std::byte> bytes);

}  // namespace dlas
