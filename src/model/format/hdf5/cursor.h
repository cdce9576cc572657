// Bounded reading of little-endian numbers. Past the end everything reads as zero and `ok` tells; one check a structure.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/checked.h"
#include "base/result.h"

namespace dlas::hdf5 {

class Cursor {
 public:
  explicit Cursor(std::span<const std::byte> bytes, std::uint64_t at = 0) : bytes_(bytes), at_(at) {
    ok_ = at <= bytes.size();
  }
  // A number of `size` bytes, at most 8.
  std::uint64_t number(std::size_t size);
  std::span<const std::byte> take(std::uint64_t count);
  void skip(std::uint64_t count) { take(count); }
  bool is(std::string_view signature);  // takes as many bytes
  std::string_view text(std::uint64_t count);
  std::string_view text_to_zero();  // and takes the zero
  bool ok() const { return ok_; }
  std::uint64_t at() const { return at_; }
  std::uint64_t left() const { return ok_ ? bytes_.size() - at_ : 0; }
  // Errors: truncated, when a read went past the end.
  Status status(std::string_view what) const;

 private:
  std::span<const std::byte> bytes_;
  std::uint64_t at_ = 0;
  bool ok_ = true;
};

// The file with the widths of its addresses and sizes, and what may still be parsed of it.
struct Bytes {
  std::span<const std::byte> all;
  std::size_t offsets = 8, lengths = 8;  // bytes of an address and of a size

  Cursor at(std::uint64_t address) const { return Cursor(all, address); }
  bool undefined(std::uint64_t address) const {
    return address == (offsets == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * offsets)) - 1);
  }
  // Counts bytes of structure that are parsed.  Errors: limit, for a file whose structures lead to themselves or are read
  // over and over: more than twice the file and Limits::parsed_bytes.
  Status parsed(std::uint64_t count) const;

 private:
  std::shared_ptr<std::uint64_t> parsed_ = std::make_shared<std::uint64_t>(0);
};

Error wrong(std::uint64_t offset, std::string_view expected, std::string_view found);   // Code::format
Error not_read(std::string_view expected, std::string_view found);                      // Code::unsupported
Status check_version(std::uint64_t found, std::uint64_t known, std::string_view what);  // unsupported

}  // namespace dlas::hdf5
