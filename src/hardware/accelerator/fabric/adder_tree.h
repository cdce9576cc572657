// The reduction network as STONNE configures it: which adder sums, passes or hands over what, for virtual neurons laid side by side.
//
// A binary tree over 2^L multipliers. Neighbouring adders of different parents share a side link. An augmented tree (ASNETWORK)
// sends a neuron's sum to an output line from the first level at which one adder holds all of it. A fold-enabled tree (FENETWORK)
// hands it to a fold node, which adds the folds up, and has one more node beside the root.
//
// Source: the rules of STONNE's compilers for both networks, public master of 2025-06-16.
#pragma once

#include <cstdint>
#include <vector>

#include "hardware/accelerator/configuration.h"

namespace dlas::accelerator {

struct Neuron {
  std::int64_t size = 0;  // multipliers, a front multiplier included
  bool front = false;     // the first one takes partial sums back in
};

enum class AdderMode : std::uint8_t { add, add_side, split, pass, fold };
enum class SideLink : std::uint8_t { none, send, receive };

struct Adder {
  AdderMode mode = AdderMode::add;
  SideLink link = SideLink::none;
  bool used = false;                 // some neuron configured it
  bool left = false, right = false;  // children that are waited for
  bool to_line = false;              // its sum is a result
  bool to_fold = false;              // its sum goes to node `fold`
  std::int32_t fold = -1;            // fixed by the wiring; -1: none
  std::int32_t side = -1;            // the other end of its side link; -1: none
  std::int32_t line = 0, input = 0;  // output line and the line's input that it feeds
};

class AdderTree {
 public:
  // Wires the nodes; REQUIRES: validate(configuration), network asnetwork or fenetwork.
  explicit AdderTree(const Configuration& configuration);

  // Sets every node for these neurons. False when STONNE would stop with an assertion of its own.
  bool configure(const std::vector<Neuron>& neurons);

  int levels() const { return levels_; }
  const std::vector<Adder>& nodes() const { return nodes_; }
  int index(int level, int position) const { return (1 << level) - 1 + position; }
  int extra() const { return static_cast<int>(nodes_.size()) - 1; }  // of a fold-enabled tree

 private:
  void wire_sides();
  void wire_folds();
  void wire_lines(std::int64_t lines);
  bool configure_neuron(std::int64_t first, std::int64_t size);
  bool configure_level(int level, std::vector<std::uint8_t>& children, std::vector<std::uint8_t>& active);
  bool configure_pair(int level, int position, std::vector<std::uint8_t>& children, std::vector<std::uint8_t>& active);
  bool configure_unlinked(int node, int other, bool active);
  void finish_at(int node);
  void enable_children(std::int64_t used);

  bool fold_enabled_;
  int levels_ = 0;
  std::vector<Adder> nodes_;
};

}  // namespace dlas::accelerator
