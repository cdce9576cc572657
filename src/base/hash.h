// Content hashes that are the same on every machine and in every version: XXH3, 128 bits, written as 32 hex digits.
// Not for security: a colliding file can be made on purpose.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/tensor.h"

namespace dlas {

struct Hash {
  std::uint64_t high = 0, low = 0;
  auto operator<=>(const Hash&) const = default;
};
std::string text(Hash hash);

Hash hash_of(std::span<const std::byte> bytes);
Hash hash_of(std::string_view chars);
Hash hash_of(const Tensor& tensor);  // dtype, shape, bytes

// Builds the hash of a sequence; each part is framed by its length, so ("ab","c") and ("a","bc") differ.
class Hasher {
 public:
  Hasher& add(std::string_view part);
  Hasher& add(std::uint64_t part);
  Hasher& add(Hash part);
  Hash finish() const;

 private:
  std::string buffer_;
};

}  // namespace dlas

template <>
struct std::hash<dlas::Hash> {
  std::size_t operator()(const dlas::Hash& h) const noexcept { return h.low; }
};
