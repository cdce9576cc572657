// The sorted table of keys and values that variables.index is: LevelDB's table format.
//
// A file is blocks and a footer; a block is entries, each with as many bytes of the key before it as it shares with it, and a
// checksum. The footer names the index block, whose values are the places of the data blocks.
// Source: doc/table_format.md of LevelDB 1.23; lib/io/table of TensorFlow 2.21. Blocks are not compressed in these files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dlas::tensorflow {

struct TableEntry {
  std::string key;
  std::string_view value;    // in the file
  std::uint64_t offset = 0;  // of the value
};

// All entries, keys ascending.
// Errors: format and truncated, with the offset; unsupported for compressed blocks; limit when keys take more than
// limits().parsed_bytes and twice the file.
// Without `checked` checksums are not compared: what a fuzzer changes has none.
Result<std::vector<TableEntry>> read_table(std::string_view bytes, bool checked = true);

}  // namespace dlas::tensorflow
