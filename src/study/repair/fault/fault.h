// Faults that real converters have made, put into a graph on purpose: the ground truth of the benchmark of localize and repair.
//
// A fault looks at one node and says with which edits it would go wrong there; apply_edits gives the faulty graph and, as its inverse,
// the patch that repairs it. In this folder: fault.h (what a fault is, and their list), net.h (small networks and their twins),
// control.h (rewrites that change nothing), case.h (one fault in one file, looked for and repaired). One more fault: a function in the
// file of its kind and a line in list.cpp, with its number in the catalogue of docs/repair.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/sample.h"
#include "model/graph/graph.h"
#include "study/localize/finding.h"
#include "study/repair/edit.h"

namespace dlas::study::fault {

struct Fault {
  int number;  // in the catalogue
  std::string_view name;
  localize::Category category;
  // The edits that put it into this node; none where it does not apply. They need not give a valid graph: the caller tries.
  std::vector<Edit> (*inject)(const Graph& graph, NodeId node, data::Random& random);
};

std::span<const Fault> all_faults();  // by number

// A fault at one place.
struct Injected {
  const Fault* fault = nullptr;
  std::vector<std::string> nodes;     // of the faulty graph, that are the place
  std::vector<Edit> edits, expected;  // what was done, and the patch that undoes it
  Graph graph;
};

// At up to `positions` nodes that the seed picks among those where the edits give a valid graph.
std::vector<Injected> inject(const Graph& graph, const Fault& fault, std::size_t positions, std::uint64_t seed);

// window.cpp
std::vector<Edit> lopsided_pads(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> dropped_pads(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> zero_padded_maximum(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> counted_pads(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> other_dilation(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> unflipped_kernel(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> other_coordinates(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> other_pad_mode(const Graph& graph, NodeId node, data::Random& random);
// weights.cpp
std::vector<Edit> flattened_in_other_order(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> shuffled_constant(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> interleaved_depthwise(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> rounded_weights(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> turned_weights(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> lost_bias(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> scaled_weights(const Graph& graph, NodeId node, data::Random& random);
// normalization.cpp
std::vector<Edit> other_epsilon(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> other_statistics(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> swapped_vectors(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> wrongly_folded(const Graph& graph, NodeId node, data::Random& random);
// operators.cpp
std::vector<Edit> wrong_permutation(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> lost_bounds(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> other_slope(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> other_gelu(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> other_axis(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> lost_node(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> wrong_branch(const Graph& graph, NodeId node, data::Random& random);
// units.cpp
std::vector<Edit> shifted_zero_point(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> rotated_scales(const Graph& graph, NodeId node, data::Random& random);
std::vector<Edit> bad_range(const Graph& graph, NodeId node, data::Random& random);

// What the files share: an attribute of a node, a constant of a slot (null where there is none), a node that computes a window.
const AttributeValue* attribute(const AttributeList& list, std::string_view name);
const Value* constant(const Graph& graph, const Node& node, std::size_t slot);
bool is_one_of(const Node& node, std::initializer_list<std::string_view> ops);

}  // namespace dlas::study::fault
