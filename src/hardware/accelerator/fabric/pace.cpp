#include "hardware/accelerator/fabric/pace.h"

#include <algorithm>

namespace dlas::accelerator {

std::vector<std::int32_t> owners(const Setting& setting) {
  std::vector<std::int32_t> owner;
  for (std::size_t v = 0; v < setting.neurons.size(); ++v)
    owner.insert(owner.end(), static_cast<std::size_t>(setting.neurons[v].size), static_cast<std::int32_t>(v));
  return owner;
}

Pace pace_of(const Wave& wave, const Routes& routes, const std::vector<std::int32_t>& owner) {
  Pace pace;
  pace.shares.resize(routes.routes.size());
  for (std::size_t port = 0; port < wave.ports().size(); ++port) {
    const auto& row = wave.ports()[port];
    pace.load.push_back(static_cast<std::int64_t>(row.size()));
    for (std::size_t rank = 0; rank < row.size(); ++rank)
      for (const std::int32_t lane : row[rank].to) {
        auto& shares = pace.shares[static_cast<std::size_t>(owner[static_cast<std::size_t>(lane)])];
        if (shares.empty() || shares.back().port != static_cast<std::int32_t>(port))
          shares.push_back({static_cast<std::int32_t>(port), 0});
        const auto delay = static_cast<std::int32_t>(rank) + 1 +
                           static_cast<std::int32_t>(routes.depth[static_cast<std::size_t>(lane)]);
        shares.back().delay = std::max(shares.back().delay, delay);
      }
  }
  return pace;
}

}  // namespace dlas::accelerator
