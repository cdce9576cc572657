// A model file with edits, in its own format.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/format/format.h"
#include "study/repair/edit.h"

namespace dlas::study {

struct Fixed {
  std::string bytes;  // of the new file
  Graph graph;        // what it must read back as
  std::vector<Edit> inverse;
  bool needs_neighbours = false;  // reads files beside it
};

// `model` is what the file at its path was read as.
// Errors: of apply; unsupported, naming what the format cannot hold.
Result<Fixed> fixed(const Model& model, std::span<const Edit> edits);

// Writes it and reads it back: the file must compute what the edited graph does, else it is removed again.
// Errors: of write_file; usage when it reads files beside it and goes into another folder; internal.
Result<Model> write_fixed(const Fixed& fixed, const std::string& original, const std::string& path);

}  // namespace dlas::study
