// How well two steps of two flows fit, by what they are and by what stands around them.
#pragma once

#include <optional>
#include <vector>

#include "base/hash.h"
#include "study/localize/align/flow.h"
#include "study/localize/align/sketch.h"

namespace dlas::study::localize {

// Operators that a fault may exchange for each other: "linear", "activation", "pool", "arithmetic", ...; else the operator's own name.
std::string_view family(const Node& node);

// All that is known of the steps of one flow.
struct Traces {
  std::vector<std::string_view> families, operators;
  std::vector<std::vector<std::int64_t>> sizes;  // sorted, without ones
  std::vector<std::optional<Sketch>> sketches;
  std::vector<Hash> before1, before2, behind1, behind2;  // families within one and two edges
  std::vector<double> place;                             // 0 to 1
};
Traces traces_of(const Graph& graph, const Flow& flow);

// At most kMostPoints; 0 or less: no pair.
inline constexpr double kMostPoints = 8;
double likeness(const Traces& a, int i, const Traces& b, int j);

}  // namespace dlas::study::localize
