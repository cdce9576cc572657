// What a model file holds, as a value: layers with their work, operators, quantisation, where the weights lie, faults.
// The whole of `dlas show`; nothing is printed here.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/format/format.h"

namespace dlas::study {

struct Layer {
  std::string name, op;
  bool known = true;                 // dlas knows the operator
  std::vector<std::string> outputs;  // names of values
  std::string type;                  // of the first output
  // Nothing where a size is unknown.
  std::optional<std::uint64_t> macs, output_bytes;
  std::uint64_t parameters = 0;  // of constants that no earlier layer reads
};

// Quantised values of one kind.
struct QuantizedKind {
  std::string dtype;      // "int8"
  bool per_axis = false;  // one scale a slice of an axis
  bool constant = false;  // weights, not activations
  std::int64_t values = 0;
};

// The constants that lie in one file. `path` is empty for those that dlas computed while reading.
struct WeightFile {
  std::string path;
  std::int64_t tensors = 0;
  std::uint64_t bytes = 0;
  std::uint64_t first = 0, last = 0;  // byte range that holds them all
};

struct Outline {
  std::vector<std::string> taken_as_one;  // unknown sizes of inputs that were taken as 1 to count: "batch"
  std::vector<Layer> layers;
  std::map<std::string, std::int64_t> operators;  // nodes by name
  std::vector<std::string> unknown;               // operators that dlas does not know, sorted
  Totals totals;                                  // with these sizes
  std::int64_t uncounted = 0;                     // layers whose work is not in the totals: unknown operator or size
  std::vector<QuantizedKind> quantized;
  std::vector<WeightFile> weights;
  std::vector<Note> faults;  // those that stop a run first, then warnings, then remarks
};

// Sizes to take for the inputs' unknown ones when one picture is meant: 1 for each name, "*" for a first one without.
std::map<std::string, std::int64_t> single_sizes(const Graph& graph);

// Cost: linear in the graph; weights are not read.
Outline outline(const Graph& graph);

// Numbers of one constant, for which all of it is read.
struct WeightRange {
  std::string name;
  std::int64_t count = 0, nans = 0, infinities = 0, zeros = 0;
  double least = 0, largest = 0, mean = 0;  // of the finite ones; through the quantisation
};
std::vector<WeightRange> weight_ranges(const Graph& graph);

}  // namespace dlas::study
