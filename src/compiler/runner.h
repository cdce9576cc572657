// The one door through which all passes go: named, timed, verified after each, and what each did is kept.
#pragma once

#include <string>
#include <vector>

#include "compiler/pipeline.h"

namespace dlas::compiler {

struct PassReport {
  std::string pass;
  Outcome outcome;
  double seconds = 0;
  std::size_t nodes_before = 0, nodes_after = 0;
};

struct Optimised {
  Graph graph;
  std::vector<PassReport> reports;  // one a step of the pipeline
};

// The graph after all steps.
// Errors: of verify() on the graph that comes in; of a pass; internal, naming the pass, when its result breaks a rule.
Result<Optimised> optimise(const Graph& graph, const Pipeline& pipeline);

// "3 changes, 9 -> 6 nodes", or "unchanged" and why.
std::string headline(const PassReport& report);

// What each pass did, for people. At most `longest` lines a pass, then their number.
std::string explain(const std::vector<PassReport>& reports, std::size_t longest = 5);

}  // namespace dlas::compiler
