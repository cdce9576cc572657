// Header of version 1: a count, then messages of 8 bytes and their data. Version 2: signatures, checksums, smaller messages.
#include "model/format/hdf5/message.h"

#include <fmt/format.h>

#include <set>

#include "base/limits.h"
#include "model/format/hdf5/cursor.h"

namespace dlas::hdf5 {
namespace {

constexpr std::uint8_t kShared = 2;  // a flag of messages

struct Block {
  std::uint64_t begin = 0, size = 0;  // of the messages
};

struct Header {
  const Bytes& bytes;
  Object object;
  int version = 1;
  bool creation_order = false;  // version 2: two bytes more a message
  std::vector<Block> blocks = {};
  std::set<std::uint64_t> visited = {};
};

Status add_continuation(Header& h, std::span<const std::byte> body) {
  Cursor c(body);
  const auto at = c.number(h.bytes.offsets), size = c.number(h.bytes.lengths);
  DLAS_TRY(c.status("a continuation"));
  if (!h.visited.insert(at).second) return wrong(at, "header blocks that are continued once", "a circle");
  if (!range_fits(at, size, h.bytes.all.size()))
    return wrong(at, fmt::format("a header block inside {} bytes", h.bytes.all.size()), fmt::format("{} bytes", size));
  if (h.version == 1) {
    h.blocks.push_back({at, size});
    return {};
  }
  Cursor block = h.bytes.at(at);
  if (!block.is("OCHK") || size < 8) return wrong(at, "a header block 'OCHK'", "something else");
  h.blocks.push_back({at + 4, size - 8});  // the checksum is left out
  return {};
}

Status read_block(Header& h, Block block) {
  DLAS_TRY(h.bytes.parsed(block.size));
  const std::span<const std::byte> all = h.bytes.all.subspan(block.begin, block.size);
  const std::uint64_t head = h.version == 1 ? 8 : h.creation_order ? 6 : 4;
  Cursor c(all);
  while (c.left() >= head) {
    Message m;
    m.type = static_cast<unsigned>(c.number(h.version == 1 ? 2 : 1));
    const auto size = c.number(2);
    m.flags = static_cast<std::uint8_t>(c.number(1));
    c.skip(head - (h.version == 1 ? 5 : 4));
    m.body = c.take(size);
    if (!c.ok()) return wrong(block.begin + c.at(), "a message inside its header", fmt::format("{} bytes", size));
    if (m.type == kContinuationMessage) DLAS_TRY(add_continuation(h, m.body));
    else if (m.type != 0) h.object.messages.push_back(m);
  }
  return {};
}

Status read_all(Header& h) {
  for (std::size_t i = 0; i < h.blocks.size(); ++i) DLAS_TRY(read_block(h, h.blocks[i]));
  return {};
}

Status version_1(Header& h) {
  Cursor c = h.bytes.at(h.object.address);
  DLAS_TRY(check_version(c.number(1), 1, "an object header"));
  c.skip(1 + 2 + 4);  // reserved, number of messages, reference count
  const auto size = c.number(4);
  c.skip(4);
  DLAS_TRY(c.status("an object header"));
  if (size > c.left())
    return wrong(c.at(), "a header inside the file", fmt::format("{} bytes with {} left", size, c.left()));
  h.blocks.push_back({c.at(), size});
  return read_all(h);
}

Status version_2(Header& h) {
  Cursor c = h.bytes.at(h.object.address + 4);
  h.version = 2;
  DLAS_TRY(check_version(c.number(1), 2, "an object header"));
  const auto flags = c.number(1);
  if (flags & 0x20) c.skip(16);  // times
  if (flags & 0x10) c.skip(4);   // when attributes become dense
  h.creation_order = (flags & 4) != 0;
  const auto size = c.number(std::size_t{1} << (flags & 3));
  DLAS_TRY(c.status("an object header"));
  if (size > c.left())
    return wrong(c.at(), "a header inside the file", fmt::format("{} bytes with {} left", size, c.left()));
  h.blocks.push_back({c.at(), size});
  return read_all(h);
}

}  // namespace

Result<Object> object_header(const Bytes& bytes, std::uint64_t address) {
  Header h{bytes, {address, {}}};
  h.visited.insert(address);
  Cursor c = bytes.at(address);
  const bool second = c.is("OHDR");
  DLAS_TRY(c.status("an object header"));
  if (second) DLAS_TRY(version_2(h));
  else DLAS_TRY(version_1(h));
  return std::move(h.object);
}

const Message* find(const Object& object, unsigned type) {
  for (const Message& m : object.messages)
    if (m.type == type) return &m;
  return nullptr;
}

Status check_own(const Message& message, std::string_view what) {
  if ((message.flags & kShared) == 0) return {};
  return not_read(fmt::format("{} in the object's header", what), "a shared one");
}

bool Object::is_dataset() const { return find(*this, kLayoutMessage) != nullptr; }

}  // namespace dlas::hdf5
