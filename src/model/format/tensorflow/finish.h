// What both kinds of files end with: outputs under the names that the file gives them, unused nodes dropped, the graph checked.
#pragma once

#include <string>
#include <vector>

#include "model/format/tensorflow/build.h"

namespace dlas::tensorflow {

struct NamedOutput {
  std::string name;
  ValueId value = kNone;
};

// Errors: of folding; of the verifier.
Result<Graph> finish(Build& build, const std::vector<NamedOutput>& outputs);

}  // namespace dlas::tensorflow
