// What a difference is: hypotheses about one region, each tried on the region itself.
//
// A rule looks at a case (both nodes, what the source has there, what the region makes of it) and proposes changes of the target's node
// that would explain the difference: "its pads", "the constant of slot 1", "an activation behind it". Each proposal is carried out on a copy
// of the region, which runs again on the source's values: one whose error falls to the floor is the diagnosis. Where none does, the rule
// that describes the residual speaks. list.cpp has the order; one rule is one file.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "study/localize/finding.h"
#include "study/localize/forcing/settle.h"

namespace dlas::study::localize {

struct Case {
  const Models& models;
  const Settled& settled;
  std::size_t index;  // of the pair
  const Probe& probe;
  const Aligned& pair() const { return settled.pairs[index]; }
  const Local& local() const { return settled.locals[index]; }
  // The nodes of the normal forms that make the pair's values; null for inputs.
  const Node* node_a() const;
  const Node* node_b() const;
  Cone cone_a, cone_b;
  Tensor wanted;  // what the source has
  Tensor made;    // what the region makes of the source's values, with the axes of `wanted`; absent when it cannot run
};

// Errors: of cone().
Result<Case> case_of(const Models& models, const Settled& settled, std::size_t index, const Probe& probe);

// A hypothesis.
struct Proposal {
  Category category = Category::graph;
  std::string rule, diagnosis;
  std::vector<std::string> evidence;
  std::function<Status(Cone&)> change;  // of the region; null: it only describes
  std::vector<Edit> edits;              // of the target's file
};

using Rule = std::vector<Proposal> (*)(const Case&);
std::vector<Rule> all_rules();

// The error of the region after the change. Errors: of the change and of the region that it makes.
Result<double> error_after(const Case& c, const Proposal& proposal);

// Fills category, rule, diagnosis, evidence and proposals of a finding.
void diagnose(const Case& c, Finding& finding);

}  // namespace dlas::study::localize
