#include "model/format/hdf5/heap.h"

#include <fmt/format.h>

namespace dlas::hdf5 {

Result<std::span<const std::byte>> local_heap(const Bytes& bytes, std::uint64_t address) {
  Cursor c = bytes.at(address);
  if (!c.is("HEAP")) return wrong(address, "a local heap 'HEAP'", "something else");
  DLAS_TRY(check_version(c.number(1), 0, "a local heap"));
  c.skip(3);
  const auto size = c.number(bytes.lengths);
  c.skip(bytes.lengths);
  const auto data = c.number(bytes.offsets);
  DLAS_TRY(c.status("a local heap"));
  Cursor segment = bytes.at(data);
  const auto out = segment.take(size);
  if (!segment.ok()) return wrong(data, "a local heap inside the file", fmt::format("{} bytes", size));
  return out;
}

Result<std::span<const std::byte>> global_heap_object(const Bytes& bytes, std::uint64_t collection,
                                                      std::uint64_t index) {
  Cursor c = bytes.at(collection);
  if (!c.is("GCOL")) return wrong(collection, "a global heap 'GCOL'", "something else");
  DLAS_TRY(check_version(c.number(1), 1, "a global heap"));
  c.skip(3);
  const auto size = c.number(bytes.lengths);
  DLAS_TRY(c.status("a global heap"));
  if (!range_fits(collection, size, bytes.all.size()))
    return wrong(collection, "a global heap inside the file", fmt::format("{} bytes", size));
  const std::uint64_t end = collection + size;
  while (c.ok() && c.at() + 8 + bytes.lengths <= end) {
    const auto found = c.number(2);
    c.skip(6);
    const auto length = c.number(bytes.lengths);
    DLAS_TRY(bytes.parsed(8 + bytes.lengths));
    if (found == 0) break;  // the free space
    if (length > end - c.at()) return wrong(c.at(), "an object inside its heap", fmt::format("{} bytes", length));
    if (found == index) return c.take(length);
    c.skip((length + 7) / 8 * 8);
  }
  return wrong(collection, fmt::format("object {} in the global heap", index), "none");
}

}  // namespace dlas::hdf5
