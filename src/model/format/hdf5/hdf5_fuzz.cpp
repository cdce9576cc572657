// HDF5 bytes -> every attribute, link and dataset below the root, a few levels deep: an answer or a typed error.
#include <cstddef>
#include <cstdint>

#include "base/limits.h"
#include "model/format/hdf5/hdf5.h"

namespace {

// NOLINTNEXTLINE(misc-no-recursion): depth <= 4
void visit(const dlas::hdf5::File& file, const dlas::hdf5::Object& object, int depth, int& objects) {
  if (++objects > 200) return;
  if (const auto attributes = file.attributes(object); attributes.ok())
    for (const auto& a : *attributes) static_cast<void>(file.strings(a));
  if (object.is_dataset()) {
    static_cast<void>(file.array(object));
    static_cast<void>(file.strings(object));
    return;
  }
  const auto group = file.group(object);
  if (!group.ok() || depth >= 4) return;
  for (const auto& [name, link] : *group)
    if (const auto child = file.child(*group, name); child.ok()) visit(file, *child, depth + 1, objects);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  dlas::limits().live_bytes = 1 << 22;
  dlas::limits().elements = 1 << 20;
  dlas::limits().inflated_bytes = 1 << 20;
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
  const auto file = dlas::hdf5::File::open(bytes, nullptr);
  if (!file.ok()) return 0;
  int objects = 0;
  if (const auto root = file->root(); root.ok()) visit(*file, *root, 0, objects);
  return 0;
}
