// The heaps of an HDF5 file: names of old groups, strings of variable length, links and attributes of new groups.
#pragma once

#include <string_view>

#include "model/format/hdf5/cursor.h"

namespace dlas::hdf5 {

// A local heap: names of the links of one old group.  Errors: format, truncated.
Result<std::span<const std::byte>> local_heap(const Bytes& bytes, std::uint64_t address);

// One object of the global heap, as a string of variable length refers to it.  Errors: format, truncated, limit.
Result<std::span<const std::byte>> global_heap_object(const Bytes& bytes, std::uint64_t collection,
                                                      std::uint64_t index);

// A fractal heap: the messages of dense links and attributes, by their heap id.
class FractalHeap {
 public:
  // Errors: format, truncated; unsupported for heaps with filters.
  static Result<FractalHeap> open(const Bytes& bytes, std::uint64_t address);
  std::size_t id_bytes() const { return id_bytes_; }
  // Errors: format, truncated, limit.
  Result<std::span<const std::byte>> object(std::span<const std::byte> id) const;

 private:
  explicit FractalHeap(const Bytes& bytes) : bytes_(bytes) {}
  Result<std::span<const std::byte>> managed(Cursor id) const;
  Result<std::span<const std::byte>> huge(Cursor id) const;
  Result<std::span<const std::byte>> in_block(std::uint64_t block, std::uint64_t at, std::uint64_t length,
                                              std::uint64_t block_size) const;
  std::uint64_t row_size(std::uint64_t row) const;

  const Bytes& bytes_;
  std::size_t id_bytes_ = 0, offset_bytes_ = 0, length_bytes_ = 0;
  std::uint64_t huge_tree_ = 0, width_ = 0, start_ = 0, largest_direct_ = 0, root_ = 0, root_rows_ = 0;
};

}  // namespace dlas::hdf5
