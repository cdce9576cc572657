// Another framework that runs the same model, as a program of its own.
#pragma once

#include <string>
#include <vector>

#include "base/process.h"
#include "base/tensor.h"

namespace dlas::cli {

struct PeerRequest {
  std::string name;   // "onnxruntime"
  std::string model;  // the file
  int threads = 1;
  std::string inputs;   // .npz with the inputs by name
  std::string answers;  // .npz that it writes
};

class Peer {
 public:
  // Starts Python and opens the model.
  // Errors: usage for an unknown name; not_found with the command that installs what is missing; unsupported when the framework
  // refuses the model, with its words.
  static Result<Peer> open(const PeerRequest& request);
  const std::string& version() const { return version_; }
  Result<double> once();  // seconds of one run, by its own clock

 private:
  Result<double> ask();
  Peer(Child child, std::string version) : child_(std::move(child)), version_(std::move(version)) {}
  Child child_;
  std::string version_;
};

std::vector<std::string_view> peer_names();

// The Python that has the frameworks: $DLAS_PYTHON, else .venv/bin/python of this folder or of the one above the program, else
// python3.
std::string python();

}  // namespace dlas::cli
