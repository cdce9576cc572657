// Arrays in an archive that is sound: what npy_fuzz rarely reaches, since a changed byte breaks a checksum first. The input is a
// list of members, each a name up to a line break, a byte with the length of its content in units of 8, and the content.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/archive/zip.h"
#include "base/limits.h"
#include "data/npy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  dlas::limits().inflated_bytes = 1 << 22;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::vector<dlas::ZipEntry> entries;
  while (!rest.empty() && entries.size() < 100) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos || end + 1 == rest.size()) break;
    const std::size_t length = std::size_t{8} * static_cast<std::uint8_t>(rest[end + 1]);
    entries.push_back(
        {std::string(rest.substr(0, std::min<std::size_t>(end, 65'535))), std::string(rest.substr(end + 2, length))});
    rest.remove_prefix(std::min(rest.size(), end + 2 + length));
  }
  const std::string archive = dlas::write_zip(entries);
  const auto arrays = dlas::data::parse_npz(std::as_bytes(std::span(archive)));
  if (!arrays.ok()) return 0;
  if (arrays->size() > entries.size()) __builtin_trap();
  const auto written = dlas::data::npz_bytes(*arrays);
  if (!written.ok()) return 0;
  const auto again = dlas::data::parse_npz(std::as_bytes(std::span(*written)));
  if (!again.ok() || again->size() != arrays->size()) __builtin_trap();
  for (std::size_t i = 0; i < arrays->size(); ++i)
    if (!(*again)[i].second.same_bits((*arrays)[i].second)) __builtin_trap();
  return 0;
}
