#include "model/format/tensorflow/crc32c.h"

#include <array>
#include <cstddef>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace dlas::tensorflow {
namespace {

constexpr std::uint32_t kPolynomial = 0x82F63B78U;  // its bits in opposite order

using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

// Table k: what a byte becomes when k zero bytes follow it. Eight at once take eight bytes a step.
constexpr Tables tables() {
  Tables out{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (kPolynomial & (0U - (crc & 1U)));
    out[0][byte] = crc;
  }
  for (std::size_t k = 1; k < 8; ++k)
    for (std::size_t byte = 0; byte < 256; ++byte)
      out[k][byte] = out[k - 1][byte] >> 8 ^ out[0][out[k - 1][byte] & 0xFF];
  return out;
}

constexpr Tables kTables = tables();

std::uint32_t by_tables(const char* data, std::size_t size, std::uint32_t crc) {
  const auto byte = [&](std::size_t i) -> std::uint32_t { return static_cast<unsigned char>(data[i]); };
  for (; size >= 8; data += 8, size -= 8) {
    const std::uint32_t low = crc ^ (byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24);
    crc = kTables[7][low & 0xFF] ^ kTables[6][low >> 8 & 0xFF] ^ kTables[5][low >> 16 & 0xFF] ^ kTables[4][low >> 24] ^
          kTables[3][byte(4)] ^ kTables[2][byte(5)] ^ kTables[1][byte(6)] ^ kTables[0][byte(7)];
  }
  for (std::size_t i = 0; i < size; ++i) crc = crc >> 8 ^ kTables[0][(crc ^ byte(i)) & 0xFF];
  return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t by_instruction(const char* data, std::size_t size, std::uint32_t crc) {
  std::uint64_t wide = crc;
  for (; size >= 8; data += 8, size -= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, data, sizeof word);
    wide = _mm_crc32_u64(wide, word);
  }
  return by_tables(data, size, static_cast<std::uint32_t>(wide));
}

std::uint32_t raw(const char* data, std::size_t size, std::uint32_t crc) {
  static const bool fast = __builtin_cpu_supports("sse4.2") != 0;
  return fast ? by_instruction(data, size, crc) : by_tables(data, size, crc);
}
#else
std::uint32_t raw(const char* data, std::size_t size, std::uint32_t crc) { return by_tables(data, size, crc); }
#endif

}  // namespace

std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) { return ~raw(bytes.data(), bytes.size(), ~before); }

}  // namespace dlas::tensorflow
