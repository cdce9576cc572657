// Which pairs are counterparts in the end: alignments that teacher forcing contradicts are tried another way.
//
// A region that differs may be a fault, or its values were paired wrongly. Three other readings are tried on one image, and each is
// kept only when the numbers speak for it:
//   lost    a step of the source has no partner and the reader of its partnerless value reads u instead: u stands for that step's value
//   extra   likewise with a step of the target
//   apart   the pair is none: without it everything that reads it is clean
// After "lost" and "extra" the difference stands at the node that should have done the work, and its readers are clean.
#pragma once

#include <vector>

#include "study/localize/forcing/probe.h"

namespace dlas::study::localize {

struct Settled {
  std::vector<Aligned> pairs;  // in the order of the target
  std::vector<Local> locals;   // of each, on the probe
};

Settled settle(Probe& probe, const Models& models, const Matching& matching);

}  // namespace dlas::study::localize
