// One fault in one file: put in, looked for and repaired, and what came of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/image.h"
#include "study/open/opened.h"
#include "study/repair/fault/fault.h"
#include "study/repair/repair.h"

namespace dlas::study::fault {

// A source and a file that computes the same, each with the recipe of its input.
struct Twins {
  std::string name, source, target;
  std::string source_recipe, target_recipe;
};

// Twins and pictures, opened once for many cases.
class Bench {
 public:
  // `folder` is for the faulty files; `held` pictures judge, the rest are looked at.
  // Errors: of reading and execution.
  static Result<Bench> open(Twins twins, const std::vector<data::Image>& pictures, std::int64_t shown,
                            std::string folder);

  const Graph& target() const { return target_.graph; }
  const Twins& twins() const { return twins_; }

  struct Outcome {
    std::vector<std::string> faults, nodes;
    std::vector<std::size_t> ranks;  // of each fault among the findings, from 1; 0: not found
    bool repaired = false;           // held-back images agree as well as with the twin, and no finding is left
    bool equal = false;              // the repaired graph is the twin's, or computes the same within rounding
    std::size_t findings = 0, edits = 0;
    std::int64_t differ = 0, images = 0;  // of the faulty file and the source
    double distance = 0;
    double seconds = 0;
    std::string text;  // of the first finding, or what went wrong
    std::string why;   // it is not repaired: of the last group of edits that was refused
  };
  // Nothing when the file cannot hold the fault, or the fault changes neither 1 % of the answers nor 1 % of the outputs.
  // Errors: of reading and writing.
  Result<std::optional<Outcome>> run(const std::vector<Injected>& faults) const;

  // Findings in the twin with edits that change nothing: each is a false alarm. Nothing when the file cannot hold the edits.
  Result<std::optional<std::size_t>> control(const std::vector<Edit>& edits) const;

 private:
  Result<Model> written(const std::vector<Edit>& edits) const;
  RepairTask task(const Model& target) const;
  Result<Localization> localize(const Side& target) const;

  Twins twins_;
  std::string folder_;
  Model target_;
  std::shared_ptr<const Opened> source_, fast_source_, twin_;
  data::Recipe source_recipe_, target_recipe_;
  Material material_;
  Agreement twin_agreement_;
};

// The joint edits of several faults that were put into the same graph.
std::vector<Edit> joint(const std::vector<Injected>& faults);

}  // namespace dlas::study::fault
