// CRC-32C (Castagnoli), which guards the blocks and tensors of a tensor bundle.     polynomial 0x1EDC6F41, RFC 3720 appendix B.4
#pragma once

#include <cstdint>
#include <string_view>

namespace dlas::tensorflow {

// Of `bytes` behind those whose checksum `before` is.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

// Stored checksums are turned and shifted, since the checksum of data that holds its own checksum says little.
// Source: crc32c::Unmask of TensorFlow 2.21.
constexpr std::uint32_t unmasked(std::uint32_t stored) {
  const std::uint32_t turned = stored - 0xA282EAD8U;
  return turned >> 17 | turned << 15;
}

}  // namespace dlas::tensorflow
