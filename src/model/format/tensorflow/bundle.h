// The values of variables: variables.index, a table from names to places, and the shards variables.data-00000-of-00001.
// Source: tensor_bundle.proto and util/tensor_bundle of TensorFlow 2.21.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/hash.h"
#include "model/format/tensorflow/proto.h"
#include "model/graph/graph.h"

namespace dlas::tensorflow {

struct BundleEntry {
  std::int64_t dtype = 0;
  ShapeProto shape;
  std::int64_t shard = 0;
  std::int64_t offset = 0, size = 0;
  std::uint32_t checksum = 0;
  bool sliced = false;  // its parts have entries of their own
};

// What the table says.
struct BundleIndex {
  std::int64_t shards = 0;
  std::map<std::string, BundleEntry, std::less<>> entries;
};
// Errors: of read_table; of the wire format; unsupported for numbers that stand big end first.
Result<BundleIndex> read_bundle_index(std::string_view bytes, bool checked = true);

class Bundle {
 public:
  // `folder`/variables/variables.*, opened only below `folder`.  Errors: of open_beneath, read_bundle_index.
  static Result<Bundle> open(std::string folder);

  bool has(std::string_view key) const { return index_.entries.contains(key); }
  // A view into the shard, whose checksum is right.
  // Errors: not_found; unsupported for types that dlas has not, and for sliced tensors; an entry that does not lie in its
  // shard or does not fit its shape; another checksum.
  Result<Tensor> tensor(std::string_view key, Provenance& origin) const;
  // The one text of an entry.  Errors: not_found; an entry that does not lie in its shard or holds no text.
  Result<Message> text(std::string_view key) const;
  // Entries that hold the same bytes, as their sizes and checksums say.
  bool same_content(std::string_view a, std::string_view b) const;
  // Of the table and all shards that were read.
  Result<std::vector<Hash>> hashes() const;

 private:
  Result<File> shard(std::int64_t number) const;

  std::string folder_;
  File file_;
  BundleIndex index_;
  mutable std::map<std::int64_t, File> open_;
};

}  // namespace dlas::tensorflow
