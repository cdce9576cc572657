#include <algorithm>
#include <array>

#include "model/executor/fold.h"
#include "study/repair/apply.h"
#include "study/repair/fault/fault.h"
#include "study/repair/splice.h"

namespace dlas::study::fault {
namespace {

using enum localize::Category;

constexpr auto kFaults = std::to_array<Fault>({
    {7, "wrong permutation", tensor_structure, wrong_permutation},
    {8, "flattened in another order", tensor_structure, flattened_in_other_order},
    {10, "broadcast constant in another order", tensor_structure, shuffled_constant},
    {12, "lopsided pads on the other side", hyperparameters, lopsided_pads},
    {13, "pads dropped", hyperparameters, dropped_pads},
    {14, "maximum over zeros at the border", graph, zero_padded_maximum},
    {15, "pads counted in the average", hyperparameters, counted_pads},
    {17, "another dilation", hyperparameters, other_dilation},
    {18, "depthwise kernels in another order", weights, interleaved_depthwise},
    {20, "kernel of a transposed convolution not flipped", weights, unflipped_kernel},
    {21, "another coordinate mode of Resize", hyperparameters, other_coordinates},
    {22, "another mode of Pad", hyperparameters, other_pad_mode},
    {23, "another epsilon", hyperparameters, other_epsilon},
    {24, "statistics of a batch", weights, other_statistics},
    {25, "vectors of a normalisation misassigned", graph, swapped_vectors},
    {26, "normalisation folded along the wrong axis", weights, wrongly_folded},
    {27, "weights rounded", weights, rounded_weights},
    {28, "weights with two axes exchanged", weights, turned_weights},
    {29, "bias lost", weights, lost_bias},
    {31, "bounds of an activation lost", graph, lost_bounds},
    {32, "another slope", hyperparameters, other_slope},
    {33, "another approximation of GELU", hyperparameters, other_gelu},
    {34, "softmax over another axis", hyperparameters, other_axis},
    {37, "zero point shifted", tensor_structure, shifted_zero_point},
    {37, "scales of channels rotated", tensor_structure, rotated_scales},
    {38, "bad calibration range", tensor_structure, bad_range},
    {40, "node lost", graph, lost_node},
    {40, "branch from the wrong place", graph, wrong_branch},
    {41, "scale of a fused normalisation applied twice", weights, scaled_weights},
});
static_assert(std::ranges::is_sorted(kFaults, {}, &Fault::number));

void add(std::vector<std::string>& out, const Graph& graph, NodeId node) {
  if (node == kNone) return;
  const std::string name = node_name(graph, node);
  if (std::ranges::find(out, name) == out.end()) out.push_back(name);
}

// Where the fault is to be found: the node, or when it is gone, those that read what it read.
std::vector<std::string> place_of(const Graph& before, const Graph& after, NodeId node) {
  std::vector<std::string> out;
  const Node& n = before.node(node);
  for (const ValueId v : n.outputs)
    if (v != kNone)
      if (const ValueId now = after.find(before.value(v).name); now != kNone)
        add(out, after, after.value(now).producer);
  if (!out.empty()) return out;
  for (const ValueId v : n.inputs) {
    if (v == kNone || before.value(v).is_constant()) continue;
    const ValueId now = after.find(before.value(v).name);
    if (now == kNone) continue;
    add(out, after, after.value(now).producer);
    for (const Reader& r : readers_of(after, now)) add(out, after, r.node);
  }
  return out;
}

}  // namespace

std::span<const Fault> all_faults() { return kFaults; }

std::vector<Injected> inject(const Graph& graph, const Fault& fault, std::size_t positions, std::uint64_t seed) {
  data::Random random(seed * 1000003 + static_cast<std::uint64_t>(&fault - kFaults.data()));
  std::vector<NodeId> nodes;
  for (NodeId n = 0; n < static_cast<NodeId>(graph.nodes().size()); ++n) nodes.push_back(n);
  for (std::size_t i = nodes.size(); i > 1; --i) std::swap(nodes[i - 1], nodes[random.below(i)]);
  std::vector<Injected> out;
  for (const NodeId n : nodes) {
    if (out.size() >= positions) break;
    const std::vector<Edit> edits = fault.inject(graph, n, random);
    if (edits.empty()) continue;
    auto applied = apply_edits(graph, edits);
    if (!applied.ok()) continue;
    Injected one{&fault, place_of(graph, applied->graph, n), edits, std::move(applied->inverse),
                 std::move(applied->graph)};
    out.push_back(std::move(one));
  }
  return out;
}

const AttributeValue* attribute(const AttributeList& list, std::string_view name) {
  const auto it = std::ranges::find(list, name, &NamedAttribute::name);
  return it == list.end() ? nullptr : &it->value;
}

const Value* constant(const Graph& graph, const Node& node, std::size_t slot) {
  if (slot >= node.inputs.size() || node.inputs[slot] == kNone) return nullptr;
  const Value& value = graph.value(node.inputs[slot]);
  return value.is_constant() ? &value : nullptr;
}

bool is_one_of(const Node& node, std::initializer_list<std::string_view> ops) {
  return std::ranges::find(ops, std::string_view(node.op_name)) != ops.end();
}

}  // namespace dlas::study::fault
