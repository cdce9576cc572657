#include "model/format/torch/archive.h"

#include <algorithm>

namespace dlas::torch {
namespace {

// "net/" when all members stand below one folder, else nothing. Archives of torch 2.5's export have no such folder.
std::string_view common_folder(const std::vector<ZipMember>& members) {
  if (members.empty()) return {};
  const std::string_view first = members[0].name;
  const std::size_t slash = first.find('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view folder = first.substr(0, slash + 1);
  const auto below = [&](const ZipMember& m) { return m.name.starts_with(folder); };
  return std::ranges::all_of(members, below) ? folder : std::string_view();
}

Error missing(std::string_view name) {
  return make_error(Code::not_found, "a member '" + std::string(name) + "' of the archive", "none");
}

}  // namespace

Result<Archive> Archive::open(Source source) {
  Archive out;
  DLAS_ASSIGN(const std::vector<ZipMember> members, read_zip(source.bytes));
  out.source_ = std::move(source);
  const std::size_t skip = common_folder(members).size();
  for (const ZipMember& m : members) out.members_.emplace(m.name.substr(skip), m);
  if (out.has("byteorder")) {
    DLAS_ASSIGN(const std::string_view order, out.text("byteorder"));
    if (order != "little") return make_error(Code::unsupported, "little-endian storages", order);
  }
  return out;
}

std::vector<std::string_view> Archive::names() const {
  std::vector<std::string_view> out;
  for (const auto& [name, member] : members_) out.push_back(name);
  return out;
}

Result<std::span<const std::byte>> Archive::content(std::string_view name) {
  const auto member = members_.find(name);
  if (member == members_.end()) return missing(name);
  auto bytes = unpack(member->second, unpacked_[std::string(name)]);
  if (!bytes.ok()) return bytes.error().at_slot("member '" + std::string(name) + "'");
  return bytes;
}

Result<std::string_view> Archive::text(std::string_view name) {
  DLAS_ASSIGN(const std::span<const std::byte> bytes, content(name));
  return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

Result<Source> Archive::stored(std::string_view name) const {
  const auto member = members_.find(name);
  if (member == members_.end()) return missing(name);
  if (member->second.method != 0) {
    Error error = make_error(Code::unsupported, "storages without compression", "a deflated one");
    return error.at_slot("member '" + std::string(name) + "'");
  }
  return Source{member->second.packed, source_.owner, source_.path, offset(name)};
}

std::uint64_t Archive::offset(std::string_view name) const {
  const auto member = members_.find(name);
  if (member == members_.end()) return source_.offset;
  return source_.offset + static_cast<std::uint64_t>(member->second.packed.data() - source_.bytes.data());
}

}  // namespace dlas::torch
