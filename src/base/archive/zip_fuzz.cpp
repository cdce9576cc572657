// Any bytes as a zip archive: an error, or members within the archive whose contents have the size that their entry tells.
// Written anew, an archive is read again with the same members.
#include <cstdint>

#include "base/archive/zip.h"
#include "base/limits.h"

namespace {

void require(bool holds) {
  if (!holds) __builtin_trap();
}

void look_at(std::span<const std::byte> archive, const std::vector<dlas::ZipMember>& members) {
  std::vector<dlas::ZipEntry> entries;
  for (const dlas::ZipMember& member : members) {
    if (!member.packed.empty())
      require(member.packed.data() >= archive.data() &&
              member.packed.data() + member.packed.size() <= archive.data() + archive.size());
    std::string room;
    const auto content = dlas::unpack(member, room);
    if (!content.ok()) return;
    require(content->size() == member.size);
    entries.push_back({member.name, {reinterpret_cast<const char*>(content->data()), content->size()}});
  }
  const std::string written = dlas::write_zip(entries);
  const auto again = dlas::read_zip(std::as_bytes(std::span(written)));
  require(again.ok() && again->size() == entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i)
    require((*again)[i].name == entries[i].name && (*again)[i].crc == members[i].crc);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  dlas::limits().inflated_bytes = 1 << 22;
  const auto bytes = std::as_bytes(std::span(data, size));
  for (const auto front : {dlas::Front::nothing, dlas::Front::anything})
    if (const auto members = dlas::read_zip(bytes, front); members.ok()) look_at(bytes, *members);
  return 0;
}
