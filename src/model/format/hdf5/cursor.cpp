#include "model/format/hdf5/cursor.h"

#include <fmt/format.h>

#include "base/limits.h"

namespace dlas::hdf5 {

std::uint64_t Cursor::number(std::size_t size) {
  const auto bytes = take(size);
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) out |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
  return out;
}

std::span<const std::byte> Cursor::take(std::uint64_t count) {
  if (!ok_ || !range_fits(at_, count, bytes_.size())) {
    ok_ = false;
    return {};
  }
  const auto out = bytes_.subspan(at_, count);
  at_ += count;
  return out;
}

std::string_view Cursor::text(std::uint64_t count) {
  const auto bytes = take(count);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool Cursor::is(std::string_view signature) { return text(signature.size()) == signature; }

std::string_view Cursor::text_to_zero() {
  if (!ok_) return {};
  const std::string_view rest(reinterpret_cast<const char*>(bytes_.data()) + at_, bytes_.size() - at_);
  const auto end = rest.find('\0');
  if (end == std::string_view::npos) {
    ok_ = false;
    return {};
  }
  at_ += end + 1;
  return rest.substr(0, end);
}

Status Cursor::status(std::string_view what) const {
  if (ok_) return {};
  return make_error(Code::truncated, fmt::format("{} inside the file", what), "an end before it").at(at_);
}

Status Bytes::parsed(std::uint64_t count) const {
  const std::uint64_t most = 2 * all.size() + limits().parsed_bytes;
  *parsed_ += count;
  if (*parsed_ <= most) return {};
  return make_error(Code::limit, fmt::format("at most {} bytes of structure", most), "more: parts that are read again");
}

Error wrong(std::uint64_t offset, std::string_view expected, std::string_view found) {
  return make_error(Code::format, expected, found).at(offset);
}

Error not_read(std::string_view expected, std::string_view found) {
  return make_error(Code::unsupported, expected, found);
}

Status check_version(std::uint64_t found, std::uint64_t known, std::string_view what) {
  if (found == known) return {};
  return not_read(fmt::format("{} of version {}", what, known), fmt::format("version {}", found));
}

}  // namespace dlas::hdf5
