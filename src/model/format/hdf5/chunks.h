// Where the chunks of a dataset stand.
#pragma once

#include <functional>
#include <vector>

#include "base/shape.h"
#include "model/format/hdf5/cursor.h"

namespace dlas::hdf5 {

struct Chunk {
  std::vector<std::uint64_t> origin;  // first element along each axis
  std::uint64_t address = 0, bytes = 0, filters_left_out = 0;
};

struct ChunkLayout {
  Shape shape, most;                // of the dataset, now and when it has grown
  std::vector<std::uint64_t> size;  // of a chunk, in elements
  std::uint64_t element = 0;        // bytes
  bool filtered = false;
  // What the layout message says behind the sizes.
  std::uint64_t version = 3, flags = 0, index = 0;
  Cursor rest = Cursor({});

  std::uint64_t chunk_bytes() const;                           // REQUIRES: checked by `check_sizes`
  std::vector<std::uint64_t> along(const Shape& sizes) const;  // number of chunks along each axis
};

// Errors: format, limit: sizes that overflow, chunks of nothing.
Status check_sizes(const ChunkLayout& layout);

// Calls `visit` for every chunk that the index holds.
// Errors: format, truncated; unsupported for extensible arrays.
using Visit = std::function<Status(const Chunk&)>;
Status for_each_chunk(const Bytes& bytes, ChunkLayout layout, const Visit& visit);

}  // namespace dlas::hdf5
