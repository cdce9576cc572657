// Every budget of the program, in one place. `dlas limits` prints them; each has an option that raises it.
// A reader compares a count with what the file can hold first, and with these second.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace dlas {

struct Limits {
  std::uint64_t file_bytes = std::uint64_t{1} << 36;        // a model file: 64 GiB
  std::uint64_t message_depth = 100;                        // nested protobuf messages
  std::uint64_t table_depth = 64;                           // nested flatbuffer tables
  std::uint64_t tables = 1'000'000;                         // flatbuffer tables visited
  std::uint64_t json_depth = 256;                           // nested JSON values
  std::uint64_t subgraph_depth = 64;                        // nested graphs and function calls
  std::uint64_t nodes = 75'000;                             // nodes of a graph, after functions are inlined
  std::uint64_t parsed_bytes = std::uint64_t{1} << 27;      // lists of a model file, besides twice its size: 128 MiB
  std::uint64_t rank = 16;                                  // dimensions of a tensor
  std::uint64_t elements = std::uint64_t{1} << 36;          // elements of one tensor
  std::uint64_t folded_bytes = std::uint64_t{1} << 28;      // constants made by folding: 256 MiB a graph
  std::uint64_t live_bytes = std::uint64_t{2} << 30;        // tensors alive at once in the reference executor: 2 GiB
  std::uint64_t operations = std::uint64_t{1} << 42;        // multiply-adds of one run in the reference executor
  std::uint64_t name_bytes = 1 << 16;                       // a name that is kept; longer ones are an error
  std::uint64_t problems = 20;                              // errors that a reader lists before it only counts
  std::uint64_t image_pixels = 100'000'000;                 // width x height, before decoding
  std::uint64_t image_file_bytes = std::uint64_t{1} << 28;  // one picture on disk: 256 MiB
  std::uint64_t jpeg_scans = 1'000;                         // progressive scans
  std::uint64_t dataset_files = 10'000'000;                 // entries of a folder or list
  std::uint64_t inflated_bytes = std::uint64_t{1} << 28;    // one decompressed stream: 256 MiB
  std::uint64_t inflate_ratio = 1'032;                      // decompressed / compressed; deflate cannot exceed it
  std::uint64_t text_bytes = 1 << 20;                       // a list of labels, a line of a list of pictures
};

// The limits in force for the whole process. Set once, before threads start (the command line does it).
Limits& limits();

struct LimitEntry {
  std::string_view name;  // as in `--limit nodes=2000000`
  std::string_view meaning;
  std::uint64_t Limits::* field;
};
std::span<const LimitEntry> limit_table();

}  // namespace dlas
