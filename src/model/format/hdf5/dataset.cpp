// The elements of a dataset: compact, contiguous or in chunks.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/limits.h"
#include "model/format/hdf5/chunks.h"
#include "model/format/hdf5/filters.h"
#include "model/format/hdf5/message.h"

namespace dlas::hdf5 {

// attribute.cpp
Result<std::vector<std::string>> strings_in(const Bytes& bytes, const Datatype& type, std::uint64_t count,
                                            std::span<const std::byte> data);

namespace {

struct Dataset {
  Datatype type;
  Dataspace space;
  std::vector<Filter> filters;
  std::uint64_t bytes = 0;  // of all elements
};

// Where the data are: in one piece, or chunked.
struct Storage {
  std::span<const std::byte> piece;
  std::optional<ChunkLayout> chunks;
};

Result<Dataset> describe(const Bytes& bytes, const Object& object) {
  const Message* type = find(object, kDatatypeMessage);
  const Message* space = find(object, kDataspaceMessage);
  if (!object.is_dataset() || type == nullptr || space == nullptr) return wrong(object.address, "a dataset", "a group");
  if (find(object, kExternalFilesMessage)) return not_read("data in this file", "data in other files");
  DLAS_TRY(check_own(*type, "a datatype"));
  DLAS_TRY(check_own(*space, "a dataspace"));
  Dataset out;
  DLAS_ASSIGN(out.type, datatype(type->body));
  DLAS_ASSIGN(out.space, dataspace(bytes, space->body));
  if (const Message* m = find(object, kFilterMessage)) {
    DLAS_TRY(check_own(*m, "filters"));
    DLAS_ASSIGN(out.filters, filters(m->body));
  }
  const auto size = checked_mul<std::uint64_t>(out.space.count(), out.type.size);
  if (!size) return make_error(Code::limit, "a size that fits 64 bits", "more");
  out.bytes = *size;
  return out;
}

Result<Storage> chunked(const Bytes& bytes, const Dataset& d, Cursor c, std::uint64_t version) {
  ChunkLayout layout;
  layout.shape = d.space.shape;
  layout.most = d.space.most;
  layout.element = d.type.size;
  layout.filtered = !d.filters.empty();
  layout.version = version;
  layout.flags = version == 4 ? c.number(1) : 0;
  const auto rank = c.number(1);
  std::size_t width = 4;
  Cursor sizes = c;
  if (version == 3) sizes.skip(bytes.offsets);
  else width = sizes.number(1);
  if (rank == 0 || rank > limits().rank + 1 || width == 0 || width > 8)
    return make_error(Code::format, "the sizes of a chunk", fmt::format("{} of {} bytes", rank, width));
  for (std::uint64_t i = 0; i + 1 < rank; ++i) layout.size.push_back(sizes.number(width));
  sizes.skip(width);  // bytes of an element
  if (version == 4) layout.index = sizes.number(1);
  DLAS_TRY(sizes.status("a layout"));
  layout.rest = version == 4 ? sizes : c;
  DLAS_TRY(check_sizes(layout));
  return Storage{{}, std::move(layout)};
}

Result<Storage> storage(const Bytes& bytes, const Dataset& d, const Object& object) {
  const Message& m = *find(object, kLayoutMessage);
  DLAS_TRY(check_own(m, "a layout"));
  Cursor c(m.body);
  const auto version = c.number(1);
  if (version != 3 && version != 4) return not_read("a layout of version 3 or 4", fmt::format("version {}", version));
  const auto kind = c.number(1);
  if (kind == 2) return chunked(bytes, d, c, version);
  if (kind == 3) return not_read("data in this dataset", "a virtual dataset");
  if (kind > 3) return make_error(Code::format, "a layout of class 0 to 3", fmt::format("{}", kind));
  const auto address = kind == 1 ? c.number(bytes.offsets) : 0;
  const auto size = kind == 1 ? c.number(bytes.lengths) : c.number(2);
  DLAS_TRY(c.status("a layout"));
  if (d.bytes == 0) return Storage{};
  if (kind == 1 && bytes.undefined(address)) return not_read("data that were written", "none");
  if (size < d.bytes)
    return make_error(Code::truncated, fmt::format("{} bytes of data", d.bytes), fmt::format("{}", size));
  Cursor data = kind == 1 ? bytes.at(address) : c;
  const auto piece = data.take(d.bytes);
  DLAS_TRY(data.status("data"));
  return Storage{piece, std::nullopt};
}

std::uint64_t number_of_chunks(const ChunkLayout& layout) {
  std::uint64_t out = 1;
  for (const auto n : layout.along(layout.shape)) out *= n;
  return out;
}

// Every chunk once, inside the file, and in all no more bytes than the file has.
Result<std::vector<Chunk>> all_chunks(const Bytes& bytes, const ChunkLayout& layout) {
  std::vector<Chunk> out;
  std::uint64_t stored = 0;
  const auto wanted = number_of_chunks(layout);
  DLAS_TRY(for_each_chunk(bytes, layout, [&](const Chunk& chunk) -> Status {
    for (std::size_t i = 0; i < chunk.origin.size(); ++i)
      if (chunk.origin[i] % layout.size[i] != 0 || chunk.origin[i] >= static_cast<std::uint64_t>(layout.shape[i]))
        return make_error(Code::format, "a chunk inside its dataset", "one behind it");
    if (bytes.undefined(chunk.address)) return {};
    if (!range_fits(chunk.address, chunk.bytes, bytes.all.size()))
      return wrong(chunk.address, "a chunk inside the file", fmt::format("{} bytes", chunk.bytes));
    stored += chunk.bytes;
    if (stored > bytes.all.size())
      return make_error(Code::format, "chunks that do not overlap", "more bytes than the file");
    if (out.size() >= wanted) return make_error(Code::format, fmt::format("{} chunks", wanted), "more");
    out.push_back(chunk);
    return {};
  }));
  if (out.size() != wanted)
    return not_read("data of which every chunk was written", fmt::format("{} of {} chunks", out.size(), wanted));
  std::ranges::sort(out, {}, &Chunk::origin);
  const auto twice = std::ranges::adjacent_find(out, {}, &Chunk::origin);
  if (twice != out.end()) return wrong(twice->address, "each chunk once", "one twice");
  return out;
}

// Copies the part of a chunk that lies inside the dataset, row by row.
void place(const ChunkLayout& layout, const Chunk& chunk, const std::string& data, std::span<std::byte> out) {
  const std::size_t rank = layout.size.size();
  Shape kept(rank);
  Strides from(rank), to(rank);
  std::int64_t from_stride = 1, to_stride = 1, begin = 0;
  for (std::size_t i = rank; i-- > 0;) {
    const auto size = static_cast<std::int64_t>(layout.size[i]), at = static_cast<std::int64_t>(chunk.origin[i]);
    kept[i] = std::min(size, layout.shape[i] - at);
    from[i] = from_stride;
    to[i] = to_stride;
    begin += at * to_stride;
    from_stride *= size;
    to_stride *= layout.shape[i];
  }
  const auto row = static_cast<std::size_t>(kept.back()) * layout.element;
  kept.back() = 1;
  for (Walk<2> w(kept, {from, to}); !w.done(); w.next())
    std::memcpy(out.data() + static_cast<std::size_t>(begin + w.offset(1)) * layout.element,
                data.data() + static_cast<std::size_t>(w.offset(0)) * layout.element, row);
}

Status gather(const Bytes& bytes, const Dataset& d, const ChunkLayout& layout, const std::vector<Chunk>& chunks,
              std::span<std::byte> out) {
  for (const Chunk& chunk : chunks) {
    const auto packed = bytes.all.subspan(chunk.address, chunk.bytes);
    DLAS_ASSIGN(const std::string data,
                unpacked(d.filters, chunk.filters_left_out, packed, layout.chunk_bytes(), d.type.size));
    place(layout, chunk, data, out);
  }
  return {};
}

void swap_bytes(std::span<std::byte> bytes, std::size_t element) {
  for (std::size_t at = 0; element > 1 && at + element <= bytes.size(); at += element)
    std::ranges::reverse(bytes.subspan(at, element));
}

Status check_booleans(std::span<const std::byte> bytes) {
  const auto bad = std::ranges::find_if(bytes, [](std::byte b) { return b > std::byte{1}; });
  if (bad == bytes.end()) return {};
  return make_error(Code::format, "bools that are 0 or 1", fmt::format("{}", std::to_integer<int>(*bad)));
}

}  // namespace

Result<Array> File::array(const Object& object) const {
  DLAS_ASSIGN(const Dataset d, describe(*bytes_, object));
  if (d.type.kind != Datatype::Kind::number) return not_read("a dataset of numbers", class_name(d.type.number));
  if (d.space.null) return not_read("a dataset with elements", "an empty one");
  DLAS_ASSIGN(const Storage where, storage(*bytes_, d, object));
  Array out;
  const bool copied = where.chunks || d.type.big_endian || d.bytes == 0;
  if (!where.chunks) {
    if (d.bytes != 0) out.offset = static_cast<std::uint64_t>(where.piece.data() - bytes_->all.data());
    out.stored_bytes = where.piece.size();
  }
  if (!copied) {
    if (d.type.dtype == DType::boolean) DLAS_TRY(check_booleans(where.piece));
    DLAS_ASSIGN(out.tensor, Tensor::view(d.type.dtype, d.space.shape, where.piece, owner_));
    return out;
  }
  std::vector<Chunk> chunks;
  if (where.chunks && d.bytes != 0) {
    DLAS_ASSIGN(chunks, all_chunks(*bytes_, *where.chunks));
    for (const Chunk& c : chunks) out.stored_bytes += c.bytes;
    if (d.bytes / limits().inflate_ratio > out.stored_bytes)
      return make_error(Code::format, fmt::format("a size that {} packed bytes can hold", out.stored_bytes),
                        fmt::format("{} bytes", d.bytes));
  }
  DLAS_ASSIGN(out.tensor, Tensor::zeros(d.type.dtype, d.space.shape));
  if (where.chunks) DLAS_TRY(gather(*bytes_, d, *where.chunks, chunks, out.tensor.mutable_bytes()));
  else std::ranges::copy(where.piece, out.tensor.mutable_bytes().begin());
  if (d.type.big_endian) swap_bytes(out.tensor.mutable_bytes(), d.type.size);
  if (d.type.dtype == DType::boolean) DLAS_TRY(check_booleans(out.tensor.bytes()));
  return out;
}

Result<std::vector<std::string>> File::strings(const Object& object) const {
  DLAS_ASSIGN(const Dataset d, describe(*bytes_, object));
  DLAS_ASSIGN(const Storage where, storage(*bytes_, d, object));
  if (where.chunks) return not_read("strings in one piece", "chunks");
  return strings_in(*bytes_, d.type, d.space.count(), where.piece);
}

}  // namespace dlas::hdf5
