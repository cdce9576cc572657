#include "model/format/patch/in_place.h"

#include <fmt/format.h>
#include <zlib.h>

#include <cstring>

#include "base/archive/zip.h"
#include "base/checked.h"
#include "model/format/patch/changes.h"

namespace dlas::patch {
namespace {

constexpr int kDeepest = 2;  // an archive in an archive: .pt2 files of torch before 2.8
// Places of the CRC.                                                                                PKWARE APPNOTE 6.3.10
constexpr std::uint64_t kLocalFlags = 6, kLocalCrc = 14, kCentralCrc = 16;
constexpr std::uint32_t kDescriptor = 0x08074b50;
constexpr unsigned kSizesBehind = 1 << 3;

std::uint64_t number_at(std::string_view bytes, std::uint64_t at, unsigned width) {
  std::uint64_t out = 0;
  for (unsigned i = 0; i < width; ++i) out |= std::uint64_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
  return out;
}

void put(std::span<char> bytes, std::uint64_t at, std::uint32_t value) {
  for (unsigned i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(value >> (8 * i));
}

std::uint32_t crc_of(std::string_view bytes) {
  return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

// The CRC of one member, in its entry of the directory, its header and behind its data, wherever it stood.
void put_crc(std::span<char> archive, const ZipMember& m, std::uint64_t data, std::uint32_t crc) {
  put(archive, m.central + kCentralCrc, crc);
  const std::string_view all(archive.data(), archive.size());
  if ((number_at(all, m.local + kLocalFlags, 2) & kSizesBehind) == 0) return put(archive, m.local + kLocalCrc, crc);
  if (number_at(all, m.local + kLocalCrc, 4) == m.crc) put(archive, m.local + kLocalCrc, crc);
  std::uint64_t at = data + m.packed.size();
  if (range_fits(at, 8, all.size()) && number_at(all, at, 4) == kDescriptor) at += 4;
  if (range_fits(at, 4, all.size()) && number_at(all, at, 4) == m.crc) put(archive, at, crc);
}

// NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepest
Status refresh(std::span<char> archive, std::string_view original, int depth) {
  const auto bytes = std::as_bytes(std::span(original.data(), original.size()));
  DLAS_ASSIGN(const auto members, read_zip(bytes));
  for (const ZipMember& m : members) {
    const auto data = static_cast<std::uint64_t>(m.packed.data() - bytes.data());
    const auto now = archive.subspan(data, m.packed.size());
    const std::string_view then = original.substr(data, m.packed.size());
    if (std::memcmp(now.data(), then.data(), then.size()) == 0) continue;
    if (m.method != 0)
      return make_error(Code::unsupported, "tensors in stored members", "a compressed one").at_slot("'" + m.name + "'");
    if (is_zip(m.packed) && depth < kDeepest) DLAS_TRY(refresh(now, then, depth + 1));
    // torch can be told to leave the CRC out; what was not kept before is not kept now.
    if (crc_of(then) == m.crc) put_crc(archive, m, data, crc_of({now.data(), now.size()}));
  }
  return {};
}

}  // namespace

Status overwrite(std::string& file, const Value& before, const Value& after) {
  const Tensor &then = before.constant, &now = after.constant;
  if (then.dtype() != now.dtype() || then.shape() != now.shape())
    return refused(before, "contents of the same type and shape, " + text(then), text(now));
  const auto old = then.bytes(), fresh = now.bytes();
  if (!before.origin.offset || before.origin.bytes != old.size() ||
      !range_fits(*before.origin.offset, old.size(), file.size()) ||
      std::memcmp(file.data() + *before.origin.offset, old.data(), old.size()) != 0)
    return refused(before, "a tensor that the file holds in one piece and in this order",
                   before.origin.name.empty() ? "one that was computed while the file was read"
                                              : "one in chunks, compressed or in another order");
  std::memcpy(file.data() + *before.origin.offset, fresh.data(), fresh.size());
  return {};
}

Status refresh_zip(std::string& file, const std::string& original) { return refresh(file, original, 0); }

}  // namespace dlas::patch
