// What the classes of a comparison are called.
#pragma once

#include <string>
#include <vector>

#include "study/compare/answers.h"
#include "study/compare/diff.h"

namespace dlas::study {

// A's names of its outputs, else B's, else the dataset's; "background" has no class. Where A and B name a class differently a
// note says so.
data::ClassSet named_classes(data::ClassSet of_data, const DiffOptions& options, const Offsets& offsets,
                             std::vector<std::string>& notes);

}  // namespace dlas::study
