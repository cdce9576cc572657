#include "base/limits.h"

#include <array>

namespace dlas {

Limits& limits() {
  static Limits instance;
  return instance;
}

std::span<const LimitEntry> limit_table() {
  static constexpr std::array kTable{
      LimitEntry{"dataset_files", "entries of a folder or list of images", &Limits::dataset_files},
      LimitEntry{"elements", "elements of one tensor", &Limits::elements},
      LimitEntry{"file_bytes", "bytes of a model file", &Limits::file_bytes},
      LimitEntry{"folded_bytes", "bytes of constants made by folding, per graph", &Limits::folded_bytes},
      LimitEntry{"image_file_bytes", "bytes of one picture on disk", &Limits::image_file_bytes},
      LimitEntry{"image_pixels", "pixels of one picture", &Limits::image_pixels},
      LimitEntry{"inflate_ratio", "decompressed bytes per compressed byte", &Limits::inflate_ratio},
      LimitEntry{"inflated_bytes", "bytes of one decompressed stream", &Limits::inflated_bytes},
      LimitEntry{"jpeg_scans", "scans of a progressive JPEG", &Limits::jpeg_scans},
      LimitEntry{"json_depth", "nested JSON values", &Limits::json_depth},
      LimitEntry{"live_bytes", "bytes of tensors alive at once in the reference executor", &Limits::live_bytes},
      LimitEntry{"message_depth", "nested protobuf messages", &Limits::message_depth},
      LimitEntry{"name_bytes", "bytes of one name", &Limits::name_bytes},
      LimitEntry{"nodes", "nodes of a graph, functions inlined", &Limits::nodes},
      LimitEntry{"operations", "multiply-adds of one run in the reference executor", &Limits::operations},
      LimitEntry{"parsed_bytes", "bytes of lists read from a model file, besides twice its size",
                 &Limits::parsed_bytes},
      LimitEntry{"problems", "problems of one file that are listed", &Limits::problems},
      LimitEntry{"rank", "dimensions of a tensor", &Limits::rank},
      LimitEntry{"subgraph_depth", "nested graphs and function calls", &Limits::subgraph_depth},
      LimitEntry{"table_depth", "nested flatbuffer tables", &Limits::table_depth},
      LimitEntry{"tables", "flatbuffer tables visited", &Limits::tables},
      LimitEntry{"text_bytes", "bytes of a list of labels, or of a line of a list of pictures", &Limits::text_bytes},
  };
  return kTable;
}

}  // namespace dlas
