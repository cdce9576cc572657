// One thing that went wrong in a conversion: where, what, how it shows, and what would mend it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "study/repair/edit.h"

namespace dlas::study::localize {

// The names that the published systems give their repair strategies (FetaFix, EASE 2025), so that results can be compared.
enum class Category {
  preprocessing,
  input_dimensions,
  tensor_structure,
  weights,
  hyperparameters,
  graph,
};
std::string_view text(Category category);  // "weights and biases", ...

// A node as its file has it.
struct NodeName {
  std::string name, op;
};

struct Finding {
  Category category = Category::graph;
  std::string rule;       // which rule spoke: "border", "clip", ...; "" where none did
  std::string diagnosis;  // one sentence
  std::vector<std::string> evidence;
  std::vector<NodeName> source_nodes, target_nodes;  // the most telling one first
  std::string source_value, target_value;            // what was compared
  double local_error = 0;  // median over the images of |f_T(a_S) - a_S| / |a_S|; not finite: the region cannot run
  double free_error = 0;   // of the running target, largest over the images
  double noise_floor = 0;
  double p = 1;            // signed-rank test of log(local error / floor)
  double confidence = 0;   // that this region is an origin, 0 to 1
  bool confirmed = false;  // with the change that the diagnosis states, the region computes what the source computes
  std::optional<double> recovered;  // share of the output's error that goes when the source's values stand here
  std::vector<Edit> proposals;      // of the target's file, the best first
};

}  // namespace dlas::study::localize
