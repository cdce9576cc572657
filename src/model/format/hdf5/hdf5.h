// HDF5 files, the part of the format that Keras and h5py write: numbers and strings in groups, with attributes.
//
// In this folder: hdf5.h (what others use), cursor.h (bounded reading), message.h (object headers), datatype.h (types and
// shapes), heap.h (local, global and fractal heaps), tree.h (B-trees of both versions), chunks.h (where chunks stand),
// filters.h (gzip, shuffle, fletcher32). May include base only.
// Read are: superblocks 0, 2 and 3; groups of symbol tables, link messages and dense links; attributes in the header and
// dense; data that are compact, contiguous or chunked. External, soft and virtual links are refused: nothing leaves the file.
// Every size is checked before memory is taken, a place is visited once, and the bytes parsed in all are bounded.
//                                                  HDF5 File Format Specification, version 3.0, The HDF Group
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/tensor.h"
#include "model/format/hdf5/datatype.h"

namespace dlas::hdf5 {

bool is_hdf5(std::span<const std::byte> bytes);

struct Message {
  unsigned type = 0;
  std::uint8_t flags = 0;
  std::span<const std::byte> body;  // inside the file
};

// A group or a dataset.
struct Object {
  std::uint64_t address = 0;
  std::vector<Message> messages;
  bool is_dataset() const;
};

struct Attribute {
  std::string name;
  Datatype type;
  Dataspace space;
  std::span<const std::byte> bytes;
};

struct Link {
  enum class Kind { hard, soft, external, other };
  Kind kind = Kind::hard;
  std::uint64_t address = 0;  // of the object, when hard
};
using Group = std::map<std::string, Link, std::less<>>;

// The content of a dataset. A view of the file where the data stand in one piece and in this machine's byte order.
struct Array {
  Tensor tensor;
  std::optional<std::uint64_t> offset;  // first byte in `bytes` of the file, when in one piece
  std::uint64_t stored_bytes = 0;
};

struct Bytes;

class File {
 public:
  // `owner` keeps the bytes.  Errors: format, truncated, unsupported (versions).
  static Result<File> open(std::span<const std::byte> bytes, std::shared_ptr<const void> owner);

  Result<Object> root() const;
  Result<Object> object(std::uint64_t address) const;
  Result<Group> group(const Object& object) const;
  // What a link of the group leads to.  Errors: not_found; unsupported for links that are not hard.
  Result<Object> child(const Group& group, std::string_view name) const;
  Result<std::vector<Attribute>> attributes(const Object& object) const;
  // Errors: type for attributes of anything else.
  Result<std::vector<std::string>> strings(const Attribute& attribute) const;
  // Errors: unsupported for data outside the file, other filters and datatypes; limit; format.
  Result<Array> array(const Object& dataset) const;
  Result<std::vector<std::string>> strings(const Object& dataset) const;

 private:
  std::shared_ptr<const Bytes> bytes_;
  std::shared_ptr<const void> owner_;
  std::uint64_t root_ = 0;
};

}  // namespace dlas::hdf5
