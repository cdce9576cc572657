// Does the file that was written compute what the model computed? Both run in the reference interpreter on the same probes.
#pragma once

#include <set>
#include <string>

#include "model/format/format.h"
#include "study/compare/diff.h"

namespace dlas::study {

struct ConversionCheck {
  Verdict verdict = Verdict::identical;  // the worst over outputs and probes
  double deviation = 0, floor = 0;  // of the output where their quotient is largest, relative; floor: what is explained
  std::string output;               // its name in the model
  std::int64_t probes = 0;
};

// Inputs and outputs are matched by position; those whose names (in `before`) are in `turned` have their channels moved between
// front and back.
// REQUIRES: probes > 0.
// Errors: of reading, execution and probes; mismatch when inputs or outputs are not as many or have other sizes.
Result<ConversionCheck> check_conversion(Model before, Model written, const std::set<std::string>& turned,
                                         std::int64_t probes, std::uint64_t seed);

}  // namespace dlas::study
