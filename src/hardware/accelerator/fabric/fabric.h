// The machine behind a controller, cycle by cycle: read ports, distribution trees, multipliers in a row, reduction network, accumulators,
// output lines, and the queue of results at the global buffer. The controllers of maeri, sigma and magma drive it; it is the oracle
// that the closed forms are tested against.
//
// Order within a cycle, as in STONNE: the controller (generate, take results, send), output lines, accumulators, adders from root to leaf,
// multipliers by index, trees. A link written by one that runs later is seen in the next cycle.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "hardware/accelerator/configuration.h"
#include "hardware/accelerator/counters.h"
#include "hardware/accelerator/fabric/adder_tree.h"
#include "hardware/accelerator/fabric/adders.h"
#include "hardware/accelerator/fabric/wave.h"

namespace dlas::accelerator {

// How the networks are set for some virtual neurons.
struct Setting {
  std::vector<Neuron> neurons;
  std::int64_t folds = 1;        // weights that each multiplier cycles through
  std::int64_t accumulated = 1;  // results that an accumulator merges into one
  std::int64_t windows = 1;      // of a row, for multipliers that pass inputs on
  bool front_always = false;     // a front multiplier passes whatever comes; else it starts each window with a zero
  std::vector<std::uint8_t> passes_left, takes_right;  // per multiplier; empty: none
};

enum class Cargo : std::uint8_t { weight, input, psum };

class Fabric {
 public:
  // REQUIRES: validate(configuration); not a mesh.
  Fabric(const Configuration& configuration, Counters& counters);

  // Empties all queues and sets the networks. False when STONNE stops with an assertion of its own.
  bool set(const Setting& setting);
  // As `set`, while values may be on the way: never called so by a controller that waits for its results.

  void enqueue(const Wave& wave, Cargo cargo);  // the wave must live until it is sent
  void enqueue_psum(std::int32_t lane);

  // Takes what the lines delivered and returns the neurons whose results are counted in this cycle: half of the queue, rounded up.
  const std::vector<std::int32_t>& take_results();
  void send();     // one packet per port, partial sums first
  void advance();  // everything behind the controller

 private:
  struct Multiplier {
    std::int32_t neuron = -1;
    bool front = false, takes_right = false, passes_left = false;
    std::int64_t inputs = 0, from_right = 0, weights = 0;
    std::int64_t fold = 0, window = 0;
  };
  struct Sent {
    Cargo cargo;
    const Packet* packet;
  };
  struct Line {
    std::vector<Queue> inputs;
    std::size_t next = 0;
    std::optional<std::int32_t> out;
  };
  struct Accumulator {
    Queue in, out;
    std::int64_t summed = 0;
    Link output;
  };

  void collect();
  void collect_line(Line& line);
  void accumulate();
  void multiply();
  void run_front(std::size_t index);
  void run_plain(std::size_t index);
  void emit(std::size_t index);
  void advance_window(Multiplier& multiplier);
  void distribute();
  void deliver(const Sent& sent);
  void receive_weight(Multiplier& multiplier);
  void connect_outputs();
  Link& product_link(std::size_t index);

  Configuration configuration_;
  Counters& counters_;
  std::optional<AdderTree> tree_;  // none for temporalrn
  std::optional<Adders> adders_;
  Setting setting_;
  std::vector<std::vector<std::pair<Cargo, const Packet*>>> queues_;
  std::vector<std::size_t> queue_heads_;
  std::vector<std::deque<Packet>> psums_;
  std::vector<std::optional<Sent>> sent_;
  std::vector<Packet> sent_psums_;
  std::vector<Multiplier> multipliers_;
  std::vector<std::uint8_t> passing_, passed_;  // an input on the link to the left neighbour of m
  std::vector<Link> products_;                  // of multiplier m, for temporalrn
  std::vector<Accumulator> accumulators_;
  std::vector<Line> lines_;
  struct Feed {
    Link* link;
    std::size_t line, input;
  };
  std::vector<Feed> feeds_;  // what the lines take from
  Queue results_;
  std::vector<std::int32_t> counted_;
};

}  // namespace dlas::accelerator
