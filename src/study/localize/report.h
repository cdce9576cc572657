// From measurements to findings: which nodes, in which order.
#pragma once

#include "study/localize/forcing/settle.h"
#include "study/localize/forcing/trial.h"
#include "study/localize/localize.h"

namespace dlas::study::localize {

// All that was measured.
struct Measured {
  Settled settled;
  std::vector<Tested> tested;       // by pair
  std::vector<double> free_errors;  // by pair: of the running target, largest over the images
};

// One finding a faulty pair, with its diagnosis: those whose change was confirmed first, then the largest effect. `of_b` is what the target
// itself computes where `probe` has the source's.
std::vector<Finding> findings_of(const Models& models, const Measured& measured, const Probe& probe,
                                 const Contents& of_b);

// All pairs, for the curve.
std::vector<Localization::Place> places_of(const Models& models, const Measured& measured);

// Nodes of the file behind nodes of its normal form, each once; the last node of the region first.
std::vector<NodeName> names_of(const NormalForm& form, const std::vector<NodeId>& nodes);

}  // namespace dlas::study::localize
