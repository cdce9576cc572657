#include "base/archive/zip.h"

#include <zlib.h>

#include <algorithm>
#include <set>

#include "base/archive/inflate.h"
#include "base/checked.h"
#include "base/limits.h"

namespace dlas {
namespace {

constexpr std::uint32_t kLocal = 0x04034b50, kCentral = 0x02014b50, kEnd = 0x06054b50;
constexpr std::uint32_t kEnd64 = 0x06064b50, kLocator64 = 0x07064b50;
constexpr std::uint64_t kLocalSize = 30, kCentralSize = 46, kEndSize = 22, kEnd64Size = 56, kLocatorSize = 20;
constexpr std::uint64_t kFull16 = 0xffff, kFull32 = 0xffffffff;
constexpr unsigned kEncrypted = 1 << 0, kSizesBehind = 1 << 3;

class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}
  std::uint64_t size() const { return bytes_.size(); }
  bool holds(std::uint64_t offset, std::uint64_t length) const { return range_fits(offset, length, bytes_.size()); }
  // Little-endian.  REQUIRES: holds(offset, width).
  std::uint64_t at(std::uint64_t offset, unsigned width) const {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < width; ++i) value |= std::to_integer<std::uint64_t>(bytes_[offset + i]) << (8 * i);
    return value;
  }
  std::string_view chars(std::uint64_t offset, std::uint64_t length) const {
    return {reinterpret_cast<const char*>(bytes_.data()) + offset, length};
  }
  std::span<const std::byte> part(std::uint64_t offset, std::uint64_t length) const {
    return bytes_.subspan(offset, length);
  }

 private:
  std::span<const std::byte> bytes_;
};

Error wrong(Code code, std::string_view expected, std::string_view found, std::uint64_t offset) {
  return make_error(code, expected, found).at(offset);
}

struct Directory {
  std::uint64_t offset = 0, size = 0, members = 0;
  std::uint64_t end = 0;    // where the record behind it begins
  std::uint64_t shift = 0;  // what stands before the archive
};

Result<Directory> read_end64(const Reader& r, std::uint64_t end) {
  if (end < kLocatorSize || r.at(end - kLocatorSize, 4) != kLocator64)
    return wrong(Code::format, "a zip64 locator before the end record", "none", end);
  const std::uint64_t at = r.at(end - kLocatorSize + 8, 8);
  if (!r.holds(at, kEnd64Size) || r.at(at, 4) != kEnd64) return wrong(Code::format, "a zip64 end record", "none", at);
  return Directory{r.at(at + 48, 8), r.at(at + 40, 8), r.at(at + 32, 8), at};
}

// PyTorch writes a zip64 end record for archives of any size; what the plain one says, too, must be the same.
Result<Directory> read_both_ends(const Reader& r, std::uint64_t end, const Directory& plain) {
  DLAS_ASSIGN(const Directory d, read_end64(r, end));
  const auto agree = [](std::uint64_t small, std::uint64_t full, std::uint64_t large) {
    return small == full || small == large;
  };
  if (!agree(plain.offset, kFull32, d.offset) || !agree(plain.size, kFull32, d.size) ||
      !agree(plain.members, kFull16, d.members))
    return wrong(Code::mismatch, "the same directory in both end records", "another", end);
  return d;
}

// The end record is the last thing but a comment of at most 64 KiB, whose length it states.
Result<Directory> find_directory(const Reader& r) {
  if (r.size() < kEndSize) return make_error(Code::truncated, "a zip archive", std::to_string(r.size()) + " bytes");
  const std::uint64_t last = r.size() - kEndSize, first = last > kFull16 ? last - kFull16 : 0;
  for (std::uint64_t at = last;; --at) {
    if (r.at(at, 4) == kEnd && r.at(at + 20, 2) == last - at) {
      if (r.at(at + 4, 2) != r.at(at + 6, 2))
        return wrong(Code::unsupported, "a zip archive in one part", "several", at);
      const Directory d{r.at(at + 16, 4), r.at(at + 12, 4), r.at(at + 10, 2), at};
      const bool is64 = d.offset == kFull32 || d.size == kFull32 || d.members == kFull16;
      const bool told = at >= kLocatorSize && r.at(at - kLocatorSize, 4) == kLocator64;
      return is64 || told ? read_both_ends(r, at, d) : Result<Directory>(d);
    }
    if (at == first) return make_error(Code::truncated, "a zip archive's end record", "none");
  }
}

// The directory ends where the end record begins; what is missing before it stands in front of the archive.
Status place(Directory& d, Front front) {
  if (d.size > d.end || d.offset > d.end - d.size)
    return wrong(Code::truncated, "the zip directory before its end record", "elsewhere", d.offset);
  d.shift = d.end - d.size - d.offset;
  d.offset += d.shift;
  if (d.shift != 0 && front == Front::nothing)
    return wrong(Code::format, "a zip archive alone", std::to_string(d.shift) + " bytes that are no part of it", 0);
  if (d.members > d.size / kCentralSize)
    return wrong(Code::format, "a zip directory of " + std::to_string(d.members) + " members",
                 std::to_string(d.size) + " bytes", d.offset);
  return {};
}

struct Sizes {
  std::uint64_t packed = 0, unpacked = 0, local = 0;
};

// Zip64's extra field holds 8 bytes for each of these that was full in the record, in this order.
Status read_extra(const Reader& r, std::uint64_t at, std::uint64_t length, Sizes& sizes) {
  for (const std::uint64_t end = at + length; at + 4 <= end;) {
    const std::uint64_t id = r.at(at, 2), size = r.at(at + 2, 2);
    if (!range_fits(at + 4, size, end))
      return wrong(Code::format, "an extra field inside its record", "a longer one", at);
    std::uint64_t from = at + 4;
    for (std::uint64_t* value : {&sizes.unpacked, &sizes.packed, &sizes.local}) {
      if (id != 1 || *value != kFull32) continue;
      if (from + 8 > at + 4 + size) return wrong(Code::format, "a zip64 field with its numbers", "a shorter one", at);
      *value = r.at(from, 8);
      from += 8;
    }
    at += 4 + size;
  }
  return {};
}

// Finds where the data of a member lie, and that its local header says the same as the directory.
Status locate(const Reader& r, const Sizes& sizes, ZipMember& member) {
  const std::uint64_t at = sizes.local;
  if (!r.holds(at, kLocalSize) || r.at(at, 4) != kLocal)
    return wrong(Code::format, "a local header of the member", "none", at);
  const std::uint64_t name = r.at(at + 26, 2), extra = r.at(at + 28, 2), data = at + kLocalSize + name + extra;
  if (!r.holds(data, sizes.packed)) return wrong(Code::truncated, "the member's bytes inside the archive", "fewer", at);
  if (r.chars(at + kLocalSize, name) != member.name || r.at(at + 8, 2) != member.method)
    return wrong(Code::mismatch, "the name and method of the directory in the local header", "others", at);
  const std::uint64_t packed = r.at(at + 18, 4), unpacked = r.at(at + 22, 4);
  const bool told = (r.at(at + 6, 2) & kSizesBehind) == 0 && packed != kFull32 && unpacked != kFull32;
  if (told && (packed != sizes.packed || unpacked != sizes.unpacked || r.at(at + 14, 4) != member.crc))
    return wrong(Code::mismatch, "the sizes and CRC of the directory in the local header", "others", at);
  member.packed = r.part(data, sizes.packed);
  member.local = at;
  return {};
}

// One entry of the directory; `at` moves behind it.
Result<ZipMember> read_member(const Reader& r, const Directory& directory, std::uint64_t& at) {
  const std::uint64_t end = directory.offset + directory.size;
  if (!range_fits(at, kCentralSize, end) || r.at(at, 4) != kCentral)
    return wrong(Code::format, "an entry of the zip directory", "something else", at);
  const std::uint64_t name = r.at(at + 28, 2), extra = r.at(at + 30, 2), comment = r.at(at + 32, 2);
  if (!range_fits(at, kCentralSize + name + extra + comment, end))
    return wrong(Code::truncated, "a whole entry of the zip directory", "its beginning", at);
  ZipMember member;
  member.central = at;
  member.name = r.chars(at + kCentralSize, name);
  member.method = static_cast<std::uint16_t>(r.at(at + 10, 2));
  member.crc = static_cast<std::uint32_t>(r.at(at + 16, 4));
  if (r.at(at + 8, 2) & kEncrypted) return wrong(Code::unsupported, "members without encryption", "encrypted", at);
  if (member.method != 0 && member.method != 8)
    return wrong(Code::unsupported, "stored or deflated members", "method " + std::to_string(member.method), at);
  Sizes sizes{r.at(at + 20, 4), r.at(at + 24, 4), r.at(at + 42, 4)};
  DLAS_TRY(read_extra(r, at + kCentralSize + name, extra, sizes));
  const auto local = checked_add(sizes.local, directory.shift);
  if (!local) return wrong(Code::truncated, "a local header of the member", "beyond the archive", at);
  sizes.local = *local;
  DLAS_TRY(locate(r, sizes, member));
  member.size = sizes.unpacked;
  if (member.method == 0 && sizes.packed != sizes.unpacked)
    return wrong(Code::mismatch, "a stored member of " + std::to_string(sizes.unpacked) + " bytes",
                 std::to_string(sizes.packed), at);
  at += kCentralSize + name + extra + comment;
  return member;
}

// Members that share bytes are how a small archive unpacks to a huge one.
Status check_apart(const std::vector<ZipMember>& members) {
  std::vector<std::span<const std::byte>> parts;
  for (const ZipMember& m : members) parts.push_back(m.packed);
  std::ranges::sort(parts, {}, [](const auto& p) { return p.data(); });
  for (std::size_t i = 1; i < parts.size(); ++i)
    if (parts[i - 1].data() + parts[i - 1].size() > parts[i].data())
      return make_error(Code::mismatch, "zip members beside each other", "overlapping ones");
  return {};
}

class Writer {
 public:
  void number(std::uint64_t value, unsigned width) {
    for (unsigned i = 0; i < width; ++i) out += static_cast<char>(value >> (8 * i));
  }
  // What the local header and the directory share. The date is 1 January 1980, bits 5 and 0; bit 11 says UTF-8 names.
  void fields(const ZipEntry& e, std::uint32_t crc, bool zip64) {
    number(zip64 ? 45 : 20, 2), number(1 << 11, 2), number(0, 2), number(0, 2), number(0x21, 2), number(crc, 4);
    for (int i = 0; i < 2; ++i) number(zip64 ? kFull32 : e.bytes.size(), 4);
    number(e.name.size(), 2);
  }
  std::string out;
};

std::uint32_t crc_of(std::span<const std::byte> bytes) {
  return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}
std::uint32_t crc_of(std::string_view chars) { return crc_of(std::as_bytes(std::span(chars.data(), chars.size()))); }

void write_end(Writer& w, std::uint64_t members, std::uint64_t at) {
  const std::uint64_t size = w.out.size() - at;
  const bool zip64 = members >= kFull16 || at >= kFull32 || size >= kFull32;
  if (zip64) {
    const std::uint64_t end64 = w.out.size();
    w.number(kEnd64, 4), w.number(kEnd64Size - 12, 8), w.number(45, 2), w.number(45, 2), w.number(0, 8);
    w.number(members, 8), w.number(members, 8), w.number(size, 8), w.number(at, 8);
    w.number(kLocator64, 4), w.number(0, 4), w.number(end64, 8), w.number(1, 4);
  }
  w.number(kEnd, 4), w.number(0, 4);
  for (int i = 0; i < 2; ++i) w.number(zip64 ? kFull16 : members, 2);
  w.number(zip64 ? kFull32 : size, 4), w.number(zip64 ? kFull32 : at, 4), w.number(0, 2);
}

}  // namespace

bool is_zip(std::span<const std::byte> bytes) {
  const Reader r(bytes);
  return r.size() >= 4 && (r.at(0, 4) == kLocal || r.at(0, 4) == kEnd);
}

Result<std::vector<ZipMember>> read_zip(std::span<const std::byte> bytes, Front front) {
  const Reader r(bytes);
  DLAS_ASSIGN(Directory directory, find_directory(r));
  DLAS_TRY(place(directory, front));
  std::vector<ZipMember> members;
  std::set<std::string_view> names;
  std::uint64_t at = directory.offset;
  for (std::uint64_t i = 0; i < directory.members; ++i) {
    DLAS_ASSIGN(ZipMember member, read_member(r, directory, at));
    members.push_back(std::move(member));
  }
  if (at != directory.offset + directory.size)
    return wrong(Code::mismatch, "a zip directory of " + std::to_string(directory.members) + " members", "more", at);
  for (const ZipMember& m : members)
    if (!names.insert(m.name).second)
      return make_error(Code::mismatch, "each zip member once", "'" + m.name + "' twice");
  DLAS_TRY(check_apart(members));
  return members;
}

Result<std::span<const std::byte>> unpack(const ZipMember& member, std::string& room) {
  std::span<const std::byte> bytes = member.packed;
  if (member.method != 0) {
    DLAS_ASSIGN(room, inflate_exactly(member.packed, member.size));
    bytes = std::as_bytes(std::span(room.data(), room.size()));
  }
  if (crc_of(bytes) != member.crc)
    return make_error(Code::mismatch, "bytes with the CRC of the zip directory", "another CRC");
  return bytes;
}

std::string write_zip(std::span<const ZipEntry> entries) {
  Writer w, directory;
  for (const ZipEntry& e : entries) {
    const std::uint64_t at = w.out.size();
    const bool zip64 = e.bytes.size() >= kFull32, far = at >= kFull32;
    const std::uint32_t crc = crc_of(e.bytes);
    w.number(kLocal, 4);
    w.fields(e, crc, zip64);
    w.number(zip64 ? 20 : 0, 2);
    w.out += e.name;
    if (zip64) w.number(1, 2), w.number(16, 2), w.number(e.bytes.size(), 8), w.number(e.bytes.size(), 8);
    w.out += e.bytes;
    const unsigned extra = (zip64 ? 16 : 0) + (far ? 8 : 0);
    directory.number(kCentral, 4), directory.number(zip64 || far ? 45 : 20, 2);
    directory.fields(e, crc, zip64);
    directory.number(extra ? extra + 4 : 0, 2), directory.number(0, 2), directory.number(0, 4), directory.number(0, 4);
    directory.number(far ? kFull32 : at, 4);
    directory.out += e.name;
    if (extra) directory.number(1, 2), directory.number(extra, 2);
    if (zip64) directory.number(e.bytes.size(), 8), directory.number(e.bytes.size(), 8);
    if (far) directory.number(at, 8);
  }
  const std::uint64_t at = w.out.size();
  w.out += directory.out;
  write_end(w, entries.size(), at);
  return std::move(w.out);
}

}  // namespace dlas
