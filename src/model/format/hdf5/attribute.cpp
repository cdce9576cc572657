// Attributes of an object, in its header or, when they are many or large, in a fractal heap.
#include <fmt/format.h>

#include "model/format/hdf5/heap.h"
#include "model/format/hdf5/message.h"
#include "model/format/hdf5/tree.h"

namespace dlas::hdf5 {
namespace {

constexpr unsigned kAttributesByName = 8;  // a B-tree of version 2

Result<Attribute> attribute(const Bytes& bytes, std::span<const std::byte> message) {
  Cursor c(message);
  const auto version = c.number(1), flags = c.number(1);
  const auto name_size = c.number(2), type_size = c.number(2), space_size = c.number(2);
  if (version < 1 || version > 3) return not_read("an attribute of version 1 to 3", fmt::format("version {}", version));
  if (version > 1 && (flags & 3) != 0) return not_read("an attribute with its own type", "a shared one");
  if (version == 3) c.skip(1);  // character set of the name
  const auto padded = [&](std::uint64_t size) { return version == 1 ? (size + 7) / 8 * 8 : size; };
  Cursor name(c.take(padded(name_size)));
  const auto type = c.take(padded(type_size)), space = c.take(padded(space_size));
  DLAS_TRY(c.status("an attribute"));
  Attribute out;
  out.name = name.text_to_zero();
  if (!name.ok()) return make_error(Code::format, "a name that ends", "one that does not").at_slot("attribute");
  DLAS_ASSIGN(out.type, datatype(type));
  DLAS_ASSIGN(out.space, dataspace(bytes, space));
  const auto size = checked_mul<std::uint64_t>(out.space.count(), out.type.size);
  if (!size || *size > c.left())
    return make_error(Code::truncated, fmt::format("{} elements of {} bytes", out.space.count(), out.type.size),
                      fmt::format("{} bytes", c.left()))
        .at_slot(fmt::format("attribute '{}'", out.name));
  out.bytes = c.take(*size);
  return out;
}

Status dense(const Bytes& bytes, const Message& message, std::vector<Attribute>& out) {
  Cursor c(message.body);
  DLAS_TRY(check_version(c.number(1), 0, "the attribute information"));
  const auto flags = c.number(1);
  if (flags & 1) c.skip(2);
  const auto heap_at = c.number(bytes.offsets), tree = c.number(bytes.offsets);
  DLAS_TRY(c.status("the attribute information"));
  if (bytes.undefined(heap_at)) return {};
  DLAS_ASSIGN(const FractalHeap heap, FractalHeap::open(bytes, heap_at));
  return walk_tree_2(bytes, tree, kAttributesByName, [&](Cursor record, std::size_t) -> Status {
    const auto id = record.take(heap.id_bytes());
    const auto message_flags = record.number(1);
    DLAS_TRY(record.status("an attribute's heap id"));
    if (message_flags & 2) return not_read("an attribute of this object", "a shared one");
    DLAS_ASSIGN(const auto body, heap.object(id));
    DLAS_TRY(bytes.parsed(body.size()));
    DLAS_ASSIGN(Attribute one, attribute(bytes, body));
    out.push_back(std::move(one));
    return {};
  });
}

// One string of a fixed size without its padding.
std::string trimmed(std::string_view text, std::uint8_t padding) {
  if (padding == 0) return std::string(text.substr(0, text.find('\0')));
  const auto last = text.find_last_not_of(padding == 2 ? ' ' : '\0');
  return std::string(text.substr(0, last == std::string_view::npos ? 0 : last + 1));
}

}  // namespace

// Strings of a fixed size stand in `data`; of those of variable length a length, the address of a heap and a number.
Result<std::vector<std::string>> strings_in(const Bytes& bytes, const Datatype& type, std::uint64_t count,
                                            std::span<const std::byte> data) {
  std::vector<std::string> out;
  if (count == 0) return out;
  if (type.kind != Datatype::Kind::string && type.kind != Datatype::Kind::variable_string)
    return make_error(Code::type, "strings", class_name(type.number));
  const bool fixed = type.kind == Datatype::Kind::string;
  if (!fixed && type.size != 8 + bytes.offsets)
    return make_error(Code::format, fmt::format("references of {} bytes", 8 + bytes.offsets),
                      fmt::format("{}", type.size));
  Cursor c(data);
  for (std::uint64_t i = 0; i < count; ++i) {
    DLAS_TRY(bytes.parsed(type.size));
    if (fixed) {
      out.push_back(trimmed(c.text(type.size), type.padding));
      DLAS_TRY(c.status("a string"));
      continue;
    }
    const auto length = c.number(4), heap = c.number(bytes.offsets), index = c.number(4);
    DLAS_TRY(c.status("a string"));
    if (heap == 0 || bytes.undefined(heap) || length == 0) {
      out.emplace_back();
      continue;
    }
    DLAS_ASSIGN(const auto object, global_heap_object(bytes, heap, index));
    DLAS_TRY(bytes.parsed(object.size()));
    if (object.size() < length)
      return wrong(heap, fmt::format("a string of {} bytes", length), fmt::format("{}", object.size()));
    out.emplace_back(reinterpret_cast<const char*>(object.data()), length);
  }
  return out;
}

Result<std::vector<Attribute>> File::attributes(const Object& object) const {
  std::vector<Attribute> out;
  for (const Message& m : object.messages) {
    if (m.type == kAttributeInfoMessage) DLAS_TRY(dense(*bytes_, m, out));
    if (m.type != kAttributeMessage) continue;
    DLAS_TRY(check_own(m, "an attribute"));
    DLAS_ASSIGN(Attribute one, attribute(*bytes_, m.body));
    out.push_back(std::move(one));
  }
  return out;
}

Result<std::vector<std::string>> File::strings(const Attribute& attribute) const {
  auto out = strings_in(*bytes_, attribute.type, attribute.space.count(), attribute.bytes);
  if (!out.ok()) return out.error().at_slot(fmt::format("attribute '{}'", attribute.name));
  return out;
}

}  // namespace dlas::hdf5
