// A fractal heap: an address space of managed objects in blocks of doubling size, huge objects by a B-tree, tiny ones in the
// id itself. Row r of a table of blocks has blocks of size start, start, 2 start, 4 start, ...
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <optional>

#include "model/format/hdf5/heap.h"
#include "model/format/hdf5/tree.h"

namespace dlas::hdf5 {
namespace {

constexpr int kDeepestBlock = 16;
constexpr std::size_t kLongestId = 64;

std::size_t bytes_for(std::uint64_t largest) {
  return largest == 0 ? 1 : (static_cast<std::size_t>(std::bit_width(largest)) - 1) / 8 + 1;
}

}  // namespace

Result<FractalHeap> FractalHeap::open(const Bytes& bytes, std::uint64_t address) {
  Cursor c = bytes.at(address);
  if (!c.is("FRHP")) return wrong(address, "a fractal heap 'FRHP'", "something else");
  DLAS_TRY(check_version(c.number(1), 0, "a fractal heap"));
  FractalHeap heap(bytes);
  heap.id_bytes_ = c.number(2);
  const auto filter_bytes = c.number(2);
  c.skip(1);
  const auto largest_managed = c.number(4);
  c.skip(bytes.lengths);  // next huge id
  heap.huge_tree_ = c.number(bytes.offsets);
  c.skip(bytes.lengths + bytes.offsets + 8 * bytes.lengths);  // free space, statistics
  heap.width_ = c.number(2);
  heap.start_ = c.number(bytes.lengths);
  heap.largest_direct_ = c.number(bytes.lengths);
  const auto address_bits = c.number(2);
  c.skip(2);
  heap.root_ = c.number(bytes.offsets);
  heap.root_rows_ = c.number(2);
  DLAS_TRY(c.status("a fractal heap"));
  DLAS_TRY(bytes.parsed(c.at() - address));
  if (heap.id_bytes_ < 2 || heap.id_bytes_ > kLongestId)
    return wrong(address, fmt::format("heap ids of 2 to {} bytes", kLongestId), fmt::format("{}", heap.id_bytes_));
  if (filter_bytes != 0) return not_read("a fractal heap without filters", "filters");
  if (heap.width_ == 0 || !std::has_single_bit(heap.start_) || !std::has_single_bit(heap.largest_direct_) ||
      heap.largest_direct_ < heap.start_ || address_bits == 0 || address_bits > 64)
    return wrong(address, "sizes of a fractal heap that are powers of two", "others");
  heap.offset_bytes_ = (address_bits + 7) / 8;
  heap.length_bytes_ = std::min(bytes_for(heap.largest_direct_), bytes_for(largest_managed));
  return heap;
}

std::uint64_t FractalHeap::row_size(std::uint64_t row) const {
  if (row <= 1) return start_;
  return row - 1 >= static_cast<std::uint64_t>(std::countl_zero(start_)) ? 0 : start_ << (row - 1);
}

Result<std::span<const std::byte>> FractalHeap::object(std::span<const std::byte> id) const {
  Cursor c(id);
  const auto head = c.number(1);
  DLAS_TRY(c.status("a heap id"));
  switch ((head >> 4) & 3) {
    case 0: return managed(c);
    case 1: return huge(c);
    case 2: {
      const auto out = c.take((head & 15) + 1);
      DLAS_TRY(c.status("a heap id"));
      return out;
    }
    default: return make_error(Code::format, "a heap id of type 0 to 2", "type 3");
  }
}

Result<std::span<const std::byte>> FractalHeap::in_block(std::uint64_t block, std::uint64_t at, std::uint64_t length,
                                                         std::uint64_t block_size) const {
  Cursor c = bytes_.at(block);
  if (!c.is("FHDB")) return wrong(block, "a block 'FHDB' of a fractal heap", "something else");
  if (!range_fits(at, length, block_size))
    return wrong(block, "an object inside its block", fmt::format("{} bytes", length));
  Cursor object = bytes_.at(block);
  object.skip(at);
  const auto out = object.take(length);
  DLAS_TRY(object.status("an object of a fractal heap"));
  return out;
}

// Goes down from the root: each table of blocks covers a range of the heap's addresses.
Result<std::span<const std::byte>> FractalHeap::managed(Cursor id) const {
  std::uint64_t offset = id.number(offset_bytes_);
  const std::uint64_t length = id.number(length_bytes_);
  DLAS_TRY(id.status("a heap id"));
  if (bytes_.undefined(root_)) return make_error(Code::format, "a fractal heap with blocks", "none");
  if (root_rows_ == 0) return in_block(root_, offset, length, start_);
  std::uint64_t block = root_, rows = root_rows_;
  for (int depth = 0; depth < kDeepestBlock; ++depth) {
    Cursor c = bytes_.at(block);
    if (!c.is("FHIB")) return wrong(block, "a table 'FHIB' of a fractal heap", "something else");
    c.skip(1 + bytes_.offsets + offset_bytes_);
    std::optional<std::uint64_t> size;
    for (std::uint64_t row = 0; row < rows && !size; ++row) {
      const std::uint64_t each = row_size(row);
      if (each == 0) break;
      const auto whole = checked_mul(each, width_);
      if (whole && offset >= *whole) {
        offset -= *whole;
        c.skip(width_ * bytes_.offsets);
        continue;
      }
      c.skip(offset / each * bytes_.offsets);
      offset %= each;
      size = each;
    }
    block = c.number(bytes_.offsets);
    DLAS_TRY(c.status("a table of a fractal heap"));
    DLAS_TRY(bytes_.parsed(rows));
    if (!size) return make_error(Code::format, "an object inside the fractal heap", "an offset behind it");
    if (*size <= largest_direct_) return in_block(block, offset, length, *size);
    // A table that covers `size` addresses has as many rows as make up that size.
    rows = static_cast<std::uint64_t>(std::bit_width(*size / start_ / width_));
  }
  return make_error(Code::format, "a fractal heap of fewer levels", fmt::format("{}", kDeepestBlock));
}

// By number, through a B-tree of address, length, number.
Result<std::span<const std::byte>> FractalHeap::huge(Cursor id) const {
  std::uint64_t address = 0, length = 0;
  bool found = false;
  if (bytes_.offsets + bytes_.lengths <= id_bytes_ - 1) {
    address = id.number(bytes_.offsets);
    length = id.number(bytes_.lengths);
    DLAS_TRY(id.status("a heap id"));
    found = true;
  } else {
    const auto number = id.number(std::min<std::size_t>(id_bytes_ - 1, 8));
    DLAS_TRY(id.status("a heap id"));
    DLAS_TRY(walk_tree_2(bytes_, huge_tree_, 1, [&](Cursor record, std::size_t) -> Status {
      const auto a = record.number(bytes_.offsets), l = record.number(bytes_.lengths);
      if (record.number(bytes_.lengths) != number) return {};
      address = a, length = l, found = true;
      return {};
    }));
  }
  if (!found) return make_error(Code::format, "the huge object of a heap id", "none");
  Cursor c = bytes_.at(address);
  const auto out = c.take(length);
  DLAS_TRY(c.status("a huge object"));
  return out;
}

}  // namespace dlas::hdf5
