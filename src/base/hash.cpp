#include "base/hash.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <bit>
#include <cstring>

namespace dlas {
namespace {

void append(std::string& buffer, std::uint64_t value) {
  for (int i = 0; i < 8; ++i) buffer += static_cast<char>(value >> (8 * i));
}

}  // namespace

std::string text(Hash hash) { return fmt::format("{:016x}{:016x}", hash.high, hash.low); }

Hash hash_of(std::span<const std::byte> bytes) {
  const XXH128_hash_t h = XXH3_128bits(bytes.data(), bytes.size());
  return {h.high64, h.low64};
}

Hash hash_of(std::string_view chars) { return hash_of(std::as_bytes(std::span(chars.data(), chars.size()))); }

Hash hash_of(const Tensor& tensor) {
  static_assert(std::endian::native == std::endian::little, "tensor bytes are hashed as little-endian");
  return Hasher().add(text(tensor)).add(hash_of(tensor.bytes())).finish();
}

Hasher& Hasher::add(std::string_view part) {
  append(buffer_, part.size());
  buffer_ += part;
  return *this;
}
Hasher& Hasher::add(std::uint64_t part) {
  append(buffer_, part);
  return *this;
}
Hasher& Hasher::add(Hash part) { return add(part.high).add(part.low); }
Hash Hasher::finish() const { return hash_of(buffer_); }

}  // namespace dlas
