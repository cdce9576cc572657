#include "hardware/accelerator/fabric/wave.h"

#include <algorithm>

namespace dlas::accelerator {
namespace {

// Walks the tree over lanes [first, first + count) and counts the wires and switches on the way to `to`.
void count_paths(std::span<const std::int32_t> to, std::int64_t first, std::int64_t count, Packet& packet) {
  ++packet.wires;
  if (count == 1) return;
  const std::int64_t half = count / 2;
  const auto middle = std::ranges::lower_bound(to, static_cast<std::int32_t>(first + half));
  const std::span<const std::int32_t> left(to.begin(), middle), right(middle, to.end());
  ++(left.empty() || right.empty() ? packet.unicast : packet.broadcast);
  if (!left.empty()) count_paths(left, first, half, packet);
  if (!right.empty()) count_paths(right, first + half, half, packet);
}

}  // namespace

Wave::Wave(std::int64_t ports, std::int64_t lanes_per_port)
    : lanes_per_port_(lanes_per_port), ports_(static_cast<std::size_t>(ports)) {}

void Wave::add(std::span<const std::int32_t> lanes) {
  while (!lanes.empty()) {
    const std::int64_t port = lanes.front() / lanes_per_port_;
    const auto end = std::ranges::lower_bound(lanes, static_cast<std::int32_t>((port + 1) * lanes_per_port_));
    Packet packet{.to = {lanes.begin(), end}};
    count_paths(packet.to, port * lanes_per_port_, lanes_per_port_, packet);
    ports_[static_cast<std::size_t>(port)].push_back(std::move(packet));
    lanes = {end, lanes.end()};
  }
}

std::int64_t Wave::busiest() const {
  std::size_t most = 0;
  for (const auto& port : ports_) most = std::max(most, port.size());
  return static_cast<std::int64_t>(most);
}

std::int64_t Wave::deliveries() const {
  std::int64_t count = 0;
  for (const auto& port : ports_)
    for (const Packet& packet : port) count += static_cast<std::int64_t>(packet.to.size());
  return count;
}

Packet Wave::total() const {
  Packet sum;
  for (const auto& port : ports_)
    for (const Packet& packet : port) {
      sum.wires += packet.wires;
      sum.unicast += packet.unicast;
      sum.broadcast += packet.broadcast;
    }
  return sum;
}

}  // namespace dlas::accelerator
