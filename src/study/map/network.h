// A whole network on an accelerator: each layer with a tile chosen by one rule, equal layers simulated once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hardware/accelerator/network/layers.h"
#include "study/map/map.h"

namespace dlas::study::map {

enum class Rule { basic, bifrost, utilisation, best };
Result<Rule> parse_rule(std::string_view name);  // basic, bifrost, mrna (utilisation), best
std::string_view text(Rule rule);

struct LayerRun {
  accelerator::NetworkLayer layer;
  std::string tile;              // as text; empty where the design has none to choose
  accelerator::Outcome outcome;  // of all repeats
  double utilisation = 0;        // products of the layer / (multipliers x cycles)
  bool proven = false;           // with best: no tile is better
  std::string host;              // why it stays on the host
};

struct NetworkRun {
  accelerator::Configuration configuration;
  std::vector<LayerRun> layers;  // every node
  accelerator::Outcome total;
  std::int64_t products = 0, host_layers = 0;
};

// `tiles`: for maeri instead of a rule, one per layer that is simulated, in order; used from the start again when they run out.
// Errors: as simulate and search for a layer, named; usage for tiles without a maeri.
Result<NetworkRun> run_network(const accelerator::Configuration& configuration, const Graph& graph, Rule rule,
                               const std::vector<accelerator::Tile>& tiles);

}  // namespace dlas::study::map
