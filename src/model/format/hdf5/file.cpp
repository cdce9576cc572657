// The superblock, and objects by their address.
#include <fmt/format.h>

#include "model/format/hdf5/cursor.h"
#include "model/format/hdf5/message.h"

namespace dlas::hdf5 {
namespace {

constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n";

bool is_width(std::size_t bytes) { return bytes == 2 || bytes == 4 || bytes == 8; }

// Version 0 (and 1): the root group is an entry of a symbol table.
std::uint64_t root_0(Bytes& bytes, Cursor& c, std::uint64_t version, std::uint64_t& base) {
  c.skip(4);
  bytes.offsets = c.number(1);
  bytes.lengths = c.number(1);
  if (!is_width(bytes.offsets)) return 0;
  c.skip(1 + 2 + 2 + 4 + (version == 1 ? 4 : 0));
  base = c.number(bytes.offsets);
  c.skip(3 * bytes.offsets);  // free space, end of file, driver
  c.skip(bytes.offsets);      // name of the root group
  return c.number(bytes.offsets);
}

std::uint64_t root_2(Bytes& bytes, Cursor& c, std::uint64_t& base) {
  bytes.offsets = c.number(1);
  bytes.lengths = c.number(1);
  if (!is_width(bytes.offsets)) return 0;
  c.skip(1);
  base = c.number(bytes.offsets);
  c.skip(2 * bytes.offsets);  // extension, end of file
  return c.number(bytes.offsets);
}

}  // namespace

bool is_hdf5(std::span<const std::byte> bytes) { return Cursor(bytes).is(kSignature); }

Result<File> File::open(std::span<const std::byte> all, std::shared_ptr<const void> owner) {
  Bytes bytes;
  bytes.all = all;
  Cursor c(all);
  if (!c.is(kSignature)) return wrong(0, "HDF5's signature", "something else");
  const auto version = c.number(1);
  if (version > 3) return not_read("a superblock of version 0 to 3", fmt::format("version {}", version));
  File file;
  std::uint64_t base = 0;
  file.root_ = version < 2 ? root_0(bytes, c, version, base) : root_2(bytes, c, base);
  if (!is_width(bytes.offsets) || !is_width(bytes.lengths))
    return wrong(c.at(), "addresses and sizes of 2, 4 or 8 bytes",
                 fmt::format("{} and {}", bytes.offsets, bytes.lengths));
  DLAS_TRY(c.status("the superblock"));
  if (base != 0) return not_read("a file that begins at byte 0", fmt::format("byte {}", base));
  file.bytes_ = std::make_shared<const Bytes>(std::move(bytes));
  file.owner_ = std::move(owner);
  return file;
}

Result<Object> File::root() const { return object(root_); }
Result<Object> File::object(std::uint64_t address) const { return object_header(*bytes_, address); }

}  // namespace dlas::hdf5
