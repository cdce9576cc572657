// A whole network on an accelerator: each layer with a tile chosen by one rule, equal layers simulated once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hardware/accelerator/network/layers.h"
#include "hardware/accelerator/stalls.h"
#include "study/map/map.h"

namespace dlas::study::map {

enum class Rule { basic, bifrost, utilisation, best };
Result<Rule> parse_rule(std::string_view name);  // basic, bifrost, mrna (utilisation), best
std::string_view text(Rule rule);

// DRAM behind the global buffer, for what STONNE leaves out. Each operand is read and each result written once; where operands and results
// do not fit into the buffer, streamed ones are read again for every half buffer of stationary ones.
struct Memory {
  double bytes_per_cycle = 0;     // 0: no limit
  std::int64_t latency = 0;       // cycles before the first byte of a layer
  std::int64_t buffer_bytes = 0;  // of the global buffer; 0: all fits
  std::int64_t element_bytes = 4;
  bool double_buffering = true;  // transfers hide behind the layer's own cycles
  bool operator==(const Memory&) const = default;
};
// Cycles that a layer of `cycles` waits for its transfers.
std::int64_t memory_stall(const Memory& memory, const accelerator::NetworkLayer& layer, std::int64_t cycles);

struct LayerRun {
  accelerator::NetworkLayer layer;
  std::string tile;              // as text; empty where the design has none to choose
  accelerator::Outcome outcome;  // of all repeats; cycles with those that memory adds
  accelerator::Stalls stalls;    // add up to the cycles
  double utilisation = 0;        // products of the layer / (multipliers x cycles)
  bool proven = false;           // with best: no tile is better
  std::string host;              // why it stays on the host
};

struct NetworkRun {
  accelerator::Configuration configuration;
  std::vector<LayerRun> layers;  // every node
  accelerator::Outcome total;
  accelerator::Stalls stalls;
  std::int64_t products = 0, host_layers = 0;
};

// `tiles`: for maeri instead of a rule, one for each different layer in the order in which they first come, as `dlas map` writes them.
// Errors: as simulate and search for a layer, named; usage for tiles without a maeri, or another number of tiles.
Result<NetworkRun> run_network(const accelerator::Configuration& configuration, const Graph& graph, Rule rule,
                               const std::vector<accelerator::Tile>& tiles, const Memory& memory = {});

}  // namespace dlas::study::map
