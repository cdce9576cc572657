// B-trees of both versions, walked in the order of their keys. Each node is visited once, and levels go down.
#pragma once

#include <functional>

#include "model/format/hdf5/cursor.h"

namespace dlas::hdf5 {

// Version 1: for every child of the lowest level, with its key before it. `key_bytes` long keys.
using Child = std::function<Status(Cursor key, std::uint64_t address)>;
Status walk_tree_1(const Bytes& bytes, std::uint64_t root, unsigned node_type, std::size_t key_bytes,
                   const Child& child);

// Version 2: for every record. `type` is what the tree holds.
using Record = std::function<Status(Cursor record, std::size_t record_bytes)>;
Status walk_tree_2(const Bytes& bytes, std::uint64_t header, unsigned type, const Record& record);

}  // namespace dlas::hdf5
