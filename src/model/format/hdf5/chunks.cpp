// The indexes of chunks: a B-tree of version 1 (layout 3), and those of layout 4: one chunk, implicit, fixed array, B-tree 2.
#include "model/format/hdf5/chunks.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "model/format/hdf5/tree.h"

namespace dlas::hdf5 {
namespace {

constexpr unsigned kChunkNode = 1;                             // of a B-tree of version 1
constexpr unsigned kPlainRecords = 10, kFilteredRecords = 11;  // of a B-tree of version 2
enum Index : std::uint64_t { kSingle = 1, kImplicit = 2, kFixedArray = 3, kExtensibleArray = 4, kTree2 = 5 };

// The chunk with number `n` in row-major order.
Chunk numbered(const ChunkLayout& layout, const std::vector<std::uint64_t>& along, std::uint64_t n) {
  Chunk chunk;
  chunk.origin.resize(along.size());
  chunk.bytes = layout.chunk_bytes();
  for (std::size_t i = along.size(); i-- > 0;) {
    chunk.origin[i] = n % along[i] * layout.size[i];
    n /= along[i];
  }
  return chunk;
}

std::uint64_t product(const std::vector<std::uint64_t>& numbers) {
  std::uint64_t out = 1;
  for (const auto n : numbers) out *= n;
  return out;
}

// Chunks are numbered along the sizes that the dataset may grow to.
Result<std::vector<std::uint64_t>> numbering(const ChunkLayout& layout) {
  const auto elements = checked_product(layout.most);
  if (!elements || static_cast<std::uint64_t>(*elements) > limits().elements)
    return make_error(Code::limit, fmt::format("at most {} elements", limits().elements),
                      "a dataset that may grow to more");
  return layout.along(layout.most);
}

// A numbered chunk may lie where the dataset has not grown to yet.
bool exists(const ChunkLayout& layout, const Chunk& chunk) {
  for (std::size_t i = 0; i < chunk.origin.size(); ++i)
    if (chunk.origin[i] >= static_cast<std::uint64_t>(layout.shape[i])) return false;
  return true;
}

Status tree_1(const Bytes& bytes, const ChunkLayout& layout, std::uint64_t root, const Visit& visit) {
  const std::size_t rank = layout.size.size();
  return walk_tree_1(bytes, root, kChunkNode, 8 + 8 * (rank + 1), [&](Cursor key, std::uint64_t address) {
    Chunk chunk;
    chunk.bytes = key.number(4);
    chunk.filters_left_out = key.number(4);
    for (std::size_t i = 0; i < rank; ++i) chunk.origin.push_back(key.number(8));
    chunk.address = address;
    return visit(chunk);
  });
}

Status single(const Bytes& bytes, ChunkLayout& layout, const Visit& visit) {
  Chunk chunk = numbered(layout, std::vector<std::uint64_t>(layout.size.size(), 1), 0);
  if (layout.flags & 2) {
    chunk.bytes = layout.rest.number(bytes.lengths);
    chunk.filters_left_out = layout.rest.number(4);
  }
  chunk.address = layout.rest.number(bytes.offsets);
  DLAS_TRY(layout.rest.status("a layout"));
  return visit(chunk);
}

Status implicit(const Bytes& bytes, ChunkLayout& layout, const Visit& visit) {
  const auto address = layout.rest.number(bytes.offsets);
  DLAS_TRY(layout.rest.status("a layout"));
  DLAS_ASSIGN(const auto along, numbering(layout));
  const auto each = layout.chunk_bytes();
  for (std::uint64_t n = 0; n < product(along); ++n) {
    if (!range_fits(address, (n + 1) * each, bytes.all.size()))
      return wrong(address, "chunks inside the file", "an end before them");
    Chunk chunk = numbered(layout, along, n);
    chunk.address = address + n * each;
    if (exists(layout, chunk)) DLAS_TRY(visit(chunk));
  }
  return {};
}

// One entry of a fixed array.
Status entry(const Bytes& bytes, const ChunkLayout& layout, Cursor& c, std::size_t entry_bytes, Chunk chunk,
             const Visit& visit) {
  chunk.address = c.number(bytes.offsets);
  if (layout.filtered) {
    chunk.bytes = c.number(entry_bytes - bytes.offsets - 4);
    chunk.filters_left_out = c.number(4);
  }
  DLAS_TRY(c.status("an array of chunks"));
  return bytes.undefined(chunk.address) || !exists(layout, chunk) ? Status() : visit(chunk);
}

Status fixed_array(const Bytes& bytes, ChunkLayout& layout, const Visit& visit) {
  layout.rest.skip(1);
  const auto header = layout.rest.number(bytes.offsets);
  Cursor c = bytes.at(header);
  if (!layout.rest.ok() || !c.is("FAHD")) return wrong(header, "an array of chunks 'FAHD'", "something else");
  c.skip(2);
  const auto entry_bytes = c.number(1), page_bits = c.number(1), entries = c.number(bytes.lengths);
  const auto block = c.number(bytes.offsets);
  DLAS_TRY(c.status("an array of chunks"));
  DLAS_ASSIGN(const auto along, numbering(layout));
  const auto least = layout.filtered ? bytes.offsets + 5 : bytes.offsets;
  if (entries != product(along) || entry_bytes < least || entry_bytes > least + 7 || page_bits > 32)
    return wrong(header, fmt::format("an array of {} chunks", product(along)), fmt::format("{}", entries));
  if (bytes.undefined(block)) return {};
  Cursor data = bytes.at(block);
  if (!data.is("FADB")) return wrong(block, "a block 'FADB'", "something else");
  data.skip(2 + bytes.offsets);
  const std::uint64_t page = std::uint64_t{1} << page_bits;
  const bool paged = entries > page;
  if (paged) data.skip(((entries + page - 1) / page + 7) / 8 + 4);
  DLAS_TRY(bytes.parsed(data.left() / entry_bytes >= entries ? entries * entry_bytes : 0));
  for (std::uint64_t n = 0; n < entries; ++n) {
    if (paged && n > 0 && n % page == 0) data.skip(4);  // the checksum of a page
    DLAS_TRY(entry(bytes, layout, data, entry_bytes, numbered(layout, along, n), visit));
  }
  return {};
}

Status tree_2(const Bytes& bytes, ChunkLayout& layout, const Visit& visit) {
  layout.rest.skip(6);
  const auto header = layout.rest.number(bytes.offsets);
  DLAS_TRY(layout.rest.status("a layout"));
  const std::size_t rank = layout.size.size();
  const auto type = layout.filtered ? kFilteredRecords : kPlainRecords;
  return walk_tree_2(bytes, header, type, [&](Cursor record, std::size_t record_bytes) -> Status {
    Chunk chunk;
    chunk.bytes = layout.chunk_bytes();
    chunk.address = record.number(bytes.offsets);
    if (layout.filtered) {
      const std::size_t others = bytes.offsets + 4 + 8 * rank;
      if (record_bytes <= others || record_bytes > others + 8)
        return make_error(Code::format, "records of filtered chunks", fmt::format("{} bytes", record_bytes));
      chunk.bytes = record.number(record_bytes - others);
      chunk.filters_left_out = record.number(4);
    }
    for (std::size_t i = 0; i < rank; ++i) {
      const auto at = checked_mul(record.number(8), layout.size[i]);
      if (!at) return make_error(Code::format, "a chunk inside its dataset", "one behind it");
      chunk.origin.push_back(*at);
    }
    DLAS_TRY(record.status("a record"));
    return visit(chunk);
  });
}

}  // namespace

std::uint64_t ChunkLayout::chunk_bytes() const { return product(size) * element; }

std::vector<std::uint64_t> ChunkLayout::along(const Shape& sizes) const {
  std::vector<std::uint64_t> out;
  for (std::size_t i = 0; i < size.size(); ++i)
    out.push_back((static_cast<std::uint64_t>(sizes[i]) + size[i] - 1) / size[i]);
  return out;
}

Status check_sizes(const ChunkLayout& layout) {
  std::uint64_t bytes = layout.element;
  if (layout.size.empty() || layout.size.size() != layout.shape.size())
    return make_error(Code::format, fmt::format("chunks of {} dimensions", layout.shape.size()),
                      fmt::format("{}", layout.size.size()));
  for (const auto size : layout.size) {
    const auto more = checked_mul(bytes, size);
    if (size == 0 || size > limits().elements || !more || *more > limits().inflated_bytes)
      return make_error(Code::limit, fmt::format("chunks of 1 to {} bytes", limits().inflated_bytes), "others");
    bytes = *more;
  }
  return {};
}

Status for_each_chunk(const Bytes& bytes, ChunkLayout layout, const Visit& visit) {
  if (layout.version == 3) {
    const auto root = layout.rest.number(bytes.offsets);
    DLAS_TRY(layout.rest.status("a layout"));
    return bytes.undefined(root) ? Status() : tree_1(bytes, layout, root, visit);
  }
  switch (layout.index) {
    case kSingle: return single(bytes, layout, visit);
    case kImplicit: return implicit(bytes, layout, visit);
    case kFixedArray: return fixed_array(bytes, layout, visit);
    case kTree2: return tree_2(bytes, layout, visit);
    case kExtensibleArray: return not_read("chunks in a tree or a fixed array", "an extensible array");
    default: return make_error(Code::format, "an index of chunks of type 1 to 5", fmt::format("{}", layout.index));
  }
}

}  // namespace dlas::hdf5
