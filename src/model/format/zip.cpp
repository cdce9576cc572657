#include "model/format/zip.h"

#include <zlib.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/checked.h"
#include "base/limits.h"

namespace dlas {
namespace {

constexpr std::uint64_t kEndSize = 22, kCentralSize = 46, kLocalSize = 30, kLongestComment = 65535;
constexpr std::uint32_t kEnd = 0x06054b50, kCentral = 0x02014b50, kLocal = 0x04034b50;

template <typename T>
T little(std::span<const std::byte> bytes, std::uint64_t at) {
  T value;
  __builtin_memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

// The last end record whose comment reaches exactly to the end of the bytes.
std::optional<std::uint64_t> find_end(std::span<const std::byte> bytes) {
  if (bytes.size() < kEndSize) return std::nullopt;
  const std::uint64_t last = bytes.size() - kEndSize;
  const std::uint64_t first = last > kLongestComment ? last - kLongestComment : 0;
  for (std::uint64_t at = last + 1; at-- > first;)
    if (little<std::uint32_t>(bytes, at) == kEnd &&
        at + kEndSize + little<std::uint16_t>(bytes, at + 20) == bytes.size())
      return at;
  return std::nullopt;
}

Error broken(std::uint64_t at, std::string_view expected, std::string_view found, Code code = Code::format) {
  Error error = make_error(code, expected, found);
  error.at(at).at_slot("zip archive");
  return error;
}

Status check_member(const ZipMember& m, std::uint16_t flags, std::uint16_t method, std::uint64_t at) {
  if ((flags & 1) != 0) return broken(at, "members without a password", "an encrypted member", Code::unsupported);
  if (method != 0 && method != 8)
    return broken(at, "method 0 (stored) or 8 (deflated)", std::to_string(method), Code::unsupported);
  if (m.size == 0xFFFFFFFF || m.packed == 0xFFFFFFFF)
    return broken(at, "sizes in 32 bits", "a zip64 member", Code::unsupported);
  if (m.size > limits().inflated_bytes)
    return broken(at, "at most " + std::to_string(limits().inflated_bytes) + " bytes", std::to_string(m.size),
                  Code::limit);
  if (!m.deflated && m.size != m.packed)
    return broken(at, "a stored member of equal sizes", std::to_string(m.packed) + " and " + std::to_string(m.size));
  if (m.size > m.packed * limits().inflate_ratio + limits().inflate_ratio)
    return broken(at, "at most " + std::to_string(limits().inflate_ratio) + " times the packed size",
                  std::to_string(m.size) + " from " + std::to_string(m.packed) + " bytes", Code::limit);
  return {};
}

// `shift` is what stands in front of the archive.
Result<ZipMember> read_member(std::span<const std::byte> bytes, std::uint64_t at, std::uint64_t shift) {
  ZipMember m;
  const auto flags = little<std::uint16_t>(bytes, at + 8);
  const auto method = little<std::uint16_t>(bytes, at + 10);
  m.crc = little<std::uint32_t>(bytes, at + 16);
  m.packed = little<std::uint32_t>(bytes, at + 20);
  m.size = little<std::uint32_t>(bytes, at + 24);
  m.deflated = method == 8;
  const std::uint64_t name_size = little<std::uint16_t>(bytes, at + 28);
  const std::uint64_t local = shift + little<std::uint32_t>(bytes, at + 42);
  if (!range_fits(at + kCentralSize, name_size, bytes.size())) return broken(at, "a whole name", "the file ends");
  m.name.assign(reinterpret_cast<const char*>(bytes.data() + at + kCentralSize), name_size);
  DLAS_TRY(check_member(m, flags, method, at));
  if (!range_fits(local, kLocalSize, bytes.size()) || little<std::uint32_t>(bytes, local) != kLocal)
    return broken(local, "the header of a member", "other bytes");
  m.data = local + kLocalSize + little<std::uint16_t>(bytes, local + 26) + little<std::uint16_t>(bytes, local + 28);
  if (!range_fits(m.data, m.packed, bytes.size()))
    return broken(local, std::to_string(m.packed) + " bytes", "the file ends", Code::truncated);
  return m;
}

}  // namespace

bool has_zip(std::span<const std::byte> bytes) { return find_end(bytes).has_value(); }

Result<std::vector<ZipMember>> zip_members(std::span<const std::byte> bytes) {
  const auto end = find_end(bytes);
  if (!end) return broken(bytes.size(), "an end record", "none");
  const std::uint64_t count = little<std::uint16_t>(bytes, *end + 10);
  const std::uint64_t size = little<std::uint32_t>(bytes, *end + 12);
  const std::uint64_t offset = little<std::uint32_t>(bytes, *end + 16);
  if (size > *end || offset > *end - size) return broken(*end, "a directory in front of the end record", "none");
  const std::uint64_t shift = *end - size - offset;
  std::uint64_t at = *end - size;
  std::vector<ZipMember> out;
  std::set<std::string> names;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!range_fits(at, kCentralSize, *end) || little<std::uint32_t>(bytes, at) != kCentral)
      return broken(at, "directory entry " + std::to_string(i) + " of " + std::to_string(count), "other bytes");
    DLAS_ASSIGN(ZipMember member, read_member(bytes, at, shift));
    if (!names.insert(member.name).second) return broken(at, "one member of each name", "two of one name");
    at += kCentralSize + member.name.size() + little<std::uint16_t>(bytes, at + 30) +
          little<std::uint16_t>(bytes, at + 32);
    out.push_back(std::move(member));
  }
  return out;
}

Result<std::string> unzip(std::span<const std::byte> bytes, const ZipMember& member) {
  const auto* packed = reinterpret_cast<const unsigned char*>(bytes.data() + member.data);
  std::string out(member.size, '\0');
  if (!member.deflated) {
    out.assign(reinterpret_cast<const char*>(packed), member.packed);
  } else {
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return broken(member.data, "memory for zlib", "none", Code::limit);
    stream.next_in = const_cast<unsigned char*>(packed);
    stream.avail_in = static_cast<unsigned>(member.packed);
    stream.next_out = reinterpret_cast<unsigned char*>(out.data());
    stream.avail_out = static_cast<unsigned>(out.size());
    const int state = inflate(&stream, Z_FINISH);
    const bool whole = state == Z_STREAM_END && stream.avail_out == 0;
    inflateEnd(&stream);
    if (!whole) return broken(member.data, std::to_string(member.size) + " bytes", "data that do not inflate to them");
  }
  if (crc32(0, reinterpret_cast<const unsigned char*>(out.data()), static_cast<unsigned>(out.size())) != member.crc)
    return broken(member.data, "the CRC of the directory", "another");
  return out;
}

}  // namespace dlas
