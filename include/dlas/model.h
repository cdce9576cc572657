// A model file: what it holds, and running it on tensors.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dlas/result.h"
#include "dlas/tensor.h"

namespace dlas {
inline namespace v1 {

// An input or output of a model.
struct Port {
  std::string name;                 // as in the file
  std::string dtype;                // as in Tensor
  std::vector<std::int64_t> shape;  // -1 where the file leaves the size open
};

// What a reader found fault with, although it could read the file.
struct Fault {
  std::string severity;  // "not executable" (run will refuse), "warning", "info"
  std::string node;      // name; empty where it is about the file
  std::string text;      // one sentence without a full stop
};

// The content of a file without the weights. Counting takes open sizes as 1.
struct Outline {
  std::string format;                             // "ONNX" or "TFLite"
  std::vector<Port> inputs, outputs;              // in the order of the file
  std::map<std::string, std::int64_t> operators;  // nodes by operator
  std::vector<std::string> values;                // names that `keep` of run() takes
  std::uint64_t parameters = 0;                   // numbers in weights
  std::uint64_t macs = 0;                         // multiply-accumulates of one run
  std::uint64_t activation_bytes = 0;             // most that are alive at once
  std::vector<Fault> faults;                      // what stops a run comes first
};

// A model in memory. Copies share it; its weights stay in the mapped file.
class Model {
 public:
  struct State;  // hidden
  explicit Model(std::shared_ptr<const State> state);
  const std::string& path() const;
  const State& state() const;

 private:
  std::shared_ptr<const State> state_;
};

// Reads an ONNX or TFLite file; the format is told by the content.
//
// Errors:  not_found, io, special_file; format, truncated, limit, graph, type for what is wrong with the file. Operators
//          that dlas does not know are no error here but a fault in the outline.
// Threads: may be called from several threads.
// Cost:    linear in the number of nodes; the weights are mapped, not read.
Result<Model> load(const std::string& path);

// What the model holds: what `dlas show` prints.
// Cost: linear in the number of nodes.
Outline show(const Model& model);

// Runs the reference interpreter on one set of inputs. Gives the outputs and the values that `keep` names.
//
// Requires: `inputs` has every input of the model under its name; sizes that the file leaves open are taken from there.
// Errors:   unsupported, with all operators that dlas does not know; not_found for a missing input or an unknown name;
//           mismatch for an input of another dtype or shape; what an operator says of its inputs' contents; limit.
// Threads:  may be called from several threads with the same model. Uses one thread.
// Cost:     plain loops with float64 sums: made to be believed, not to be fast.
Result<Tensors> run(const Model& model, const Tensors& inputs, const std::vector<std::string>& keep = {});

}  // namespace v1
}  // namespace dlas
