// Links of a group: in a B-tree with a local heap (old), as messages of its header, or in a fractal heap (new, many links).
#include <fmt/format.h>

#include "base/limits.h"
#include "model/format/hdf5/heap.h"
#include "model/format/hdf5/message.h"
#include "model/format/hdf5/tree.h"

namespace dlas::hdf5 {
namespace {

constexpr unsigned kGroupNode = 0;      // of a B-tree of version 1
constexpr unsigned kLinksByName = 5;    // a B-tree of version 2
constexpr std::uint64_t kSoftLink = 2;  // cache type of an entry
constexpr std::size_t kLinkHashBytes = 4;

Status add(Group& group, std::string_view name, Link link, std::uint64_t at) {
  if (name.size() > limits().name_bytes)
    return make_error(Code::limit, fmt::format("names of at most {} bytes", limits().name_bytes),
                      fmt::format("{}", name.size()));
  if (!group.emplace(std::string(name), link).second) return wrong(at, "links of different names", "a name twice");
  return {};
}

// A node of symbols: name (an offset into the heap), address of the header, what is cached.
Status read_symbols(const Bytes& bytes, std::span<const std::byte> heap, std::uint64_t address, Group& group) {
  Cursor c = bytes.at(address);
  if (!c.is("SNOD")) return wrong(address, "a node of symbols 'SNOD'", "something else");
  DLAS_TRY(check_version(c.number(1), 1, "a node of symbols"));
  c.skip(1);
  const auto count = c.number(2);
  DLAS_TRY(bytes.parsed(count * (2 * bytes.offsets + 24)));
  for (std::uint64_t i = 0; i < count; ++i) {
    Link link;
    Cursor name(heap, c.number(bytes.offsets));
    link.address = c.number(bytes.offsets);
    if (c.number(4) == kSoftLink) link.kind = Link::Kind::soft;
    c.skip(4 + 16);
    DLAS_TRY(c.status("a node of symbols"));
    const auto text = name.text_to_zero();
    if (!name.ok()) return wrong(address, "a name inside the group's heap", "an offset behind it");
    DLAS_TRY(bytes.parsed(text.size()));
    DLAS_TRY(add(group, text, link, address));
  }
  return {};
}

Status old_links(const Bytes& bytes, const Message& message, Group& group) {
  Cursor c(message.body);
  const auto tree = c.number(bytes.offsets), heap = c.number(bytes.offsets);
  DLAS_TRY(c.status("a symbol table"));
  DLAS_ASSIGN(const auto names, local_heap(bytes, heap));
  return walk_tree_1(bytes, tree, kGroupNode, bytes.lengths,
                     [&](Cursor, std::uint64_t node) { return read_symbols(bytes, names, node, group); });
}

Status read_link(const Bytes& bytes, std::span<const std::byte> message, Group& group) {
  Cursor c(message);
  DLAS_TRY(check_version(c.number(1), 1, "a link"));
  const auto flags = c.number(1);
  const auto type = (flags & 8) != 0 ? c.number(1) : 0;
  if (flags & 4) c.skip(8);
  if (flags & 16) c.skip(1);
  const auto length = c.number(std::size_t{1} << (flags & 3));
  const auto name = c.text(length);
  Link link;
  if (type == 0) link.address = c.number(bytes.offsets);
  else link.kind = type == 1 ? Link::Kind::soft : type == 64 ? Link::Kind::external : Link::Kind::other;
  DLAS_TRY(c.status("a link"));
  return add(group, name, link, 0);
}

Status dense_links(const Bytes& bytes, const Message& message, Group& group) {
  Cursor c(message.body);
  DLAS_TRY(check_version(c.number(1), 0, "a group's link information"));
  const auto flags = c.number(1);
  if (flags & 1) c.skip(8);
  const auto heap_at = c.number(bytes.offsets), tree = c.number(bytes.offsets);
  DLAS_TRY(c.status("a group's link information"));
  if (bytes.undefined(heap_at)) return {};
  DLAS_ASSIGN(const FractalHeap heap, FractalHeap::open(bytes, heap_at));
  return walk_tree_2(bytes, tree, kLinksByName, [&](Cursor record, std::size_t) -> Status {
    record.skip(kLinkHashBytes);
    const auto id = record.take(heap.id_bytes());
    DLAS_TRY(record.status("a link's heap id"));
    DLAS_ASSIGN(const auto link, heap.object(id));
    DLAS_TRY(bytes.parsed(link.size()));
    return read_link(bytes, link, group);
  });
}

std::string_view kind_name(Link::Kind kind) {
  switch (kind) {
    case Link::Kind::hard: return "a hard link";
    case Link::Kind::soft: return "a soft link";
    case Link::Kind::external: return "a link to another file";
    case Link::Kind::other: return "a link of the user's kind";
  }
  return "";
}

}  // namespace

Result<Group> File::group(const Object& object) const {
  if (object.is_dataset()) return wrong(object.address, "a group", "a dataset");
  Group out;
  for (const Message& m : object.messages) {
    if (m.type == kSymbolTableMessage) DLAS_TRY(old_links(*bytes_, m, out));
    if (m.type == kLinkInfoMessage) DLAS_TRY(dense_links(*bytes_, m, out));
    if (m.type == kLinkMessage) DLAS_TRY(read_link(*bytes_, m.body, out));
  }
  return out;
}

Result<Object> File::child(const Group& group, std::string_view name) const {
  const auto link = group.find(name);
  if (link == group.end()) return make_error(Code::not_found, fmt::format("'{}' in the file", name), "none");
  if (link->second.kind != Link::Kind::hard)
    return not_read(fmt::format("'{}' in the file itself", name), kind_name(link->second.kind));
  return object(link->second.address);
}

}  // namespace dlas::hdf5
