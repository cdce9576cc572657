// What went wrong in a conversion, and where: the whole of `dlas localize` as a value.
//
// Both files become a normal form (normal/), their steps are matched (align/), the input contract is checked (contract/), each region of
// the target runs on what the source has computed (forcing/), and rules say what the difference is (rule/).
// In this folder: localize.h, finding.h (one fault), json.h (the result as JSON).
// One more rule: rule/name.cpp and its line in rule/list.cpp. May include compiler, model, data, study/compare and study/repair/edit.h.
#pragma once

#include <string>
#include <vector>

#include "data/dataset.h"
#include "study/compare/curve.h"
#include "study/compare/side.h"
#include "study/localize/contract/contract.h"
#include "study/localize/finding.h"

namespace dlas::study {

struct LocalizeOptions {
  std::int64_t images = 32;  // of the dataset, at most
  std::uint64_t seed = 1;
  double seconds = 60;  // after so long no further image is taken
};

struct Localization {
  // One aligned pair and what was measured there, in the order of the target.
  struct Place {
    std::string value_a, value_b, op_a, op_b, layout;
    double local_error = 0, free_error = 0, noise_floor = 0, confidence = 0;
    bool finding = false;
  };
  // One conversion of a chain: from one file to the next.
  struct Link {
    std::string source, target;
    std::int64_t findings = 0;
    std::string first;  // the diagnosis of the first finding
  };
  std::string command, data;
  std::string name_a, name_b, recipe_a, recipe_b;
  std::int64_t images = 0;
  std::uint64_t seed = 1;
  localize::Contract contract;
  std::vector<localize::Finding> findings;  // in rank order
  std::vector<Place> places;
  std::int64_t parameters = 0, alike = 0;         // of the source; of these, found in the target
  std::int64_t unmatched_a = 0, unmatched_b = 0;  // computing steps without a partner
  bool quantised = false;
  double output_error = 0;  // of the running target, largest over the images
  std::vector<Link> chain;  // of the files between source and target, where the caller has localised them
  std::vector<std::string> notes;
};

// Errors: of reading pictures, recipes and execution; mismatch "these two do not compute the same function: n of m parameters match";
//         cancelled.
Result<Localization> localize_pictures(const Side& a, const Side& b, const data::Dataset& dataset,
                                       const LocalizeOptions& options);

// The same for tensors of any task. REQUIRES: at least one of `inputs`.
Result<Localization> localize_tensors(const Side& a, const Side& b, const std::vector<Inputs>& inputs,
                                      const LocalizeOptions& options);

}  // namespace dlas::study
