#include "model/format/hdf5/filters.h"

#include <fmt/format.h>

#include "base/archive/inflate.h"
#include "base/limits.h"

namespace dlas::hdf5 {
namespace {

enum : std::uint64_t { kDeflate = 1, kShuffle = 2, kFletcher = 3, kFirstNamed = 256 };
constexpr std::size_t kMostFilters = 32;
constexpr std::uint64_t kChecksumBytes = 4, kZlibHead = 2, kZlibTail = 4;

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

// zlib's frame around a deflate stream (RFC 1950): two bytes, then the stream, then Adler-32 of the content, big-endian.
Result<std::string> deflated(const std::string& packed, std::uint64_t size) {
  const auto all = bytes_of(packed);
  if (all.size() < kZlibHead + kZlibTail)
    return make_error(Code::truncated, "a zlib stream", fmt::format("{} bytes", all.size()));
  const auto method = std::to_integer<unsigned>(all[0]), flags = std::to_integer<unsigned>(all[1]);
  if ((method & 15) != 8 || (method * 256 + flags) % 31 != 0 || (flags & 32) != 0)
    return make_error(Code::format, "a zlib stream", "another head");
  DLAS_ASSIGN(std::string out, inflate_exactly(all.subspan(kZlibHead, all.size() - kZlibHead - kZlibTail), size));
  std::uint32_t a = 1, b = 0;
  for (const char c : out) {
    a = (a + static_cast<unsigned char>(c)) % 65521;
    b = (b + a) % 65521;
  }
  std::uint32_t stored = 0;
  for (const std::byte byte : all.last(kZlibTail)) stored = stored << 8 | std::to_integer<std::uint32_t>(byte);
  if (stored != (b << 16 | a)) return make_error(Code::mismatch, "the checksum of the unpacked bytes", "another");
  return out;
}

// Byte j of element i stood at j n + i.
std::string unshuffled(const std::string& packed, std::size_t element) {
  if (element <= 1) return packed;
  const std::size_t n = packed.size() / element;
  std::string out = packed;  // what is left over stays where it is
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < element; ++j) out[i * element + j] = packed[j * n + i];
  return out;
}

Result<std::string> checked(std::string packed) {
  if (packed.size() < kChecksumBytes)
    return make_error(Code::truncated, "a checksum", fmt::format("{} bytes", packed.size()));
  const auto all = bytes_of(packed);
  const auto tail = all.last(kChecksumBytes);
  std::uint32_t little = 0;
  for (std::size_t i = 0; i < kChecksumBytes; ++i) little |= std::to_integer<std::uint32_t>(tail[i]) << (8 * i);
  if (fletcher32(all.first(all.size() - kChecksumBytes)) != little)
    return make_error(Code::mismatch, "the checksum of a chunk", "another");
  packed.resize(packed.size() - kChecksumBytes);
  return packed;
}

}  // namespace

// Sums of big-endian 16-bit words modulo 65535; blocks of 360 words do not overflow 32 bits.
std::uint32_t fletcher32(std::span<const std::byte> bytes) {
  std::uint32_t sum1 = 0, sum2 = 0;
  const auto fold = [](std::uint32_t sum) { return (sum & 0xffff) + (sum >> 16); };
  std::size_t words = bytes.size() / 2, at = 0;
  while (words > 0) {
    const std::size_t block = std::min<std::size_t>(words, 360);
    words -= block;
    for (std::size_t i = 0; i < block; ++i, at += 2) {
      sum1 += std::to_integer<std::uint32_t>(bytes[at]) << 8 | std::to_integer<std::uint32_t>(bytes[at + 1]);
      sum2 += sum1;
    }
    sum1 = fold(sum1);
    sum2 = fold(sum2);
  }
  if (bytes.size() % 2 != 0) {
    sum1 += std::to_integer<std::uint32_t>(bytes[at]) << 8;
    sum2 += sum1;
    sum1 = fold(sum1);
    sum2 = fold(sum2);
  }
  return fold(sum2) << 16 | fold(sum1);
}

Result<std::vector<Filter>> filters(std::span<const std::byte> message) {
  Cursor c(message);
  const auto version = c.number(1), count = c.number(1);
  if (version != 1 && version != 2) return not_read("filters of version 1 or 2", fmt::format("version {}", version));
  if (count > kMostFilters)
    return make_error(Code::format, fmt::format("at most {} filters", kMostFilters), fmt::format("{}", count));
  if (version == 1) c.skip(6);
  std::vector<Filter> out;
  for (std::uint64_t i = 0; i < count; ++i) {
    Filter f{c.number(2)};
    const auto name = version == 1 || f.id >= kFirstNamed ? c.number(2) : 0;
    c.skip(2);
    const auto values = c.number(2);
    c.skip(version == 1 ? (name + 7) / 8 * 8 : name);
    c.skip(4 * values + (version == 1 && values % 2 == 1 ? 4 : 0));
    DLAS_TRY(c.status("a filter"));
    if (f.id != kDeflate && f.id != kShuffle && f.id != kFletcher)
      return not_read("the filters gzip, shuffle and fletcher32", fmt::format("filter {}", f.id));
    out.push_back(f);
  }
  return out;
}

Result<std::string> unpacked(const std::vector<Filter>& filters, std::uint64_t left_out,
                             std::span<const std::byte> packed, std::uint64_t size, std::size_t element) {
  const auto applied = [&](std::size_t i) { return (left_out >> i & 1) == 0; };
  std::string data(reinterpret_cast<const char*>(packed.data()), packed.size());
  for (std::size_t i = filters.size(); i-- > 0;) {
    if (!applied(i)) continue;
    if (filters[i].id == kShuffle) data = unshuffled(data, element);
    if (filters[i].id == kFletcher) {
      DLAS_ASSIGN(data, checked(std::move(data)));
    }
    if (filters[i].id == kDeflate) {
      std::uint64_t before = size;  // what the filters in front of this one made of the chunk
      for (std::size_t j = 0; j < i; ++j)
        if (applied(j) && filters[j].id == kFletcher) before += kChecksumBytes;
      DLAS_ASSIGN(data, deflated(data, before));
    }
  }
  if (data.size() != size)
    return make_error(Code::mismatch, fmt::format("a chunk of {} bytes", size), fmt::format("{}", data.size()));
  return data;
}

}  // namespace dlas::hdf5
