// From a localised fault to the shortest patch that mends it. The whole of `dlas repair SOURCE TARGET` as a value.
//
// The findings' proposals are tried in rank order, each as a whole. One is accepted when its edits apply, the target's format can
// hold them, the target agrees with the source on images that were held back no worse than before (first answers, rank-biased overlap and
// distance), and the region is no finding any more. Then the next round looks at the target as it is now. At the end each edit
// is left out in turn (delta debugging, Zeller 2002): what is not needed for that goes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "model/format/format.h"
#include "study/localize/localize.h"
#include "study/repair/agreement.h"
#include "study/repair/edit.h"

namespace dlas::study {

// The inputs of both models: those on which faults are looked for, and those on which a repair is judged.
struct Material {
  std::vector<Inputs> shown, held;
};

struct RepairTask {
  Side source;       // by the reference interpreter
  Side fast_source;  // the same model, for answers
  const Model* target = nullptr;
  std::string name;     // of the target
  data::Recipe recipe;  // of the target, when the inputs are pictures
  std::function<Result<Localization>(const Side& target)> localize;
  std::function<Result<Material>(const data::Recipe& recipe)> material;  // for a target that gets this recipe
  bool native = true;                                                    // its file must be able to hold the edits
  double seconds = 120;                                                  // no further round after so long
};

// One group of edits that was tried.
struct Trial {
  std::string diagnosis;
  std::vector<Edit> edits;
  bool accepted = false;
  std::string reason;  // why, or why not
};

struct Repair {
  Localization before, after;
  std::vector<Edit> edits;             // of the target's file
  Graph graph;                         // with them
  std::optional<data::Recipe> recipe;  // what the target must get, where that is not what it got
  Agreement shown_before, shown_after, held_before, held_after;
  std::vector<Trial> trials;
  std::vector<std::string> left_out;  // edits that turned out not to be needed, as text
  bool out_of_time = false;           // faults are left, and no more was tried because the time was up
};

// Errors: of localising and execution; cancelled.
Result<Repair> repair(const RepairTask& task);

// Shown and held-back pictures of a dataset for localize_pictures() with the same numbers and seed.
Result<Material> material_of(const Side& source, const Side& target, const data::Dataset& dataset, std::int64_t shown,
                             std::int64_t held, std::uint64_t seed);

// The edits that a file of this format can hold; the rest (a contract) is for whoever calls the model.
std::vector<Edit> for_file(const std::vector<Edit>& edits, const std::string& format);

}  // namespace dlas::study
