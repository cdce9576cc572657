// What a graph pass is: a named change from graph to graph with parameters that are data.
//
// A pass finds, decides and rewrites. It neither prints, times nor verifies: the runner (runner.h) does that for all of them.
// No pass knows another one. It says what it changed, or why it changed nothing: a silent no-op fails a test.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/graph/graph.h"

namespace dlas::compiler {

// What a pass did to one node, or why it left one alone that it looked at.
struct Remark {
  std::string node;
  std::string text;
};

struct Outcome {
  std::vector<Remark> changes;
  std::vector<Remark> obstacles;
  std::string absent;  // why there was nothing to look at, when both lists are empty: "no BatchNormalization"

  void changed(const Node& node, std::string text) { changes.push_back({node.name, std::move(text)}); }
  void kept(const Node& node, std::string text) { obstacles.push_back({node.name, std::move(text)}); }
};

// One parameter of a pass: a word of `choices`, or a number of at least 0 where there are no choices.
struct Parameter {
  std::string_view name;
  std::string_view meaning;
  std::string_view fallback;  // the value where the pipeline gives none
  std::span<const std::string_view> choices = {};
};

// The values of all parameters of a pass.
using Settings = std::map<std::string, std::string, std::less<>>;

// REQUIRES: the settings have the parameter (a pipeline is complete).
std::string_view word(const Settings& settings, std::string_view name);
std::uint64_t number(const Settings& settings, std::string_view name);

struct Pass {
  std::string_view name;     // as on the command line
  std::string_view summary;  // one line: what becomes what
  std::span<const Parameter> parameters = {};
  // Leaves the graph unverified and possibly with dead nodes; the runner prunes and verifies.
  // Errors: of operators that are computed (fold_constants); nothing that a valid graph can cause otherwise.
  Result<Outcome> (*run)(Graph& graph, const Settings& settings);
};

}  // namespace dlas::compiler
