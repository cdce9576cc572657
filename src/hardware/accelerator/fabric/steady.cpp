#include "hardware/accelerator/fabric/steady.h"

#include <algorithm>

#include "hardware/accelerator/fabric/collector.h"

namespace dlas::accelerator {

std::int64_t Steady::arrival(std::size_t neuron, std::int64_t index) const {
  const std::int64_t step = first + index * stride;
  std::int64_t at = floor.empty() ? 0 : floor[neuron] + step;
  for (const Pace::Share& share : pace.shares[neuron]) {
    const auto port = static_cast<std::size_t>(share.port);
    at = std::max(at, start[port] + step * pace.load[port] + share.delay + tree);
  }
  return at + 1 + routes.routes[neuron].later;
}

std::int64_t Steady::last_arrival() const {
  std::int64_t last = 0;
  for (std::size_t v = 0; v < routes.routes.size(); ++v) last = std::max(last, arrival(v, count - 1));
  return last;
}

std::int64_t Steady::end() const {
  const auto neurons = static_cast<std::int64_t>(routes.routes.size());
  if (neurons == 1 || (wide && !routes.shared_lines)) return last_arrival() + 1;
  if (routes.shared_lines || neurons * count < 256) return end_of_all();
  const std::int64_t last = last_arrival(), end = end_of_tail(last);
  return end > 0 ? end : end_of_all();
}

std::int64_t Steady::end_of_all() const {
  Collector collector(lines, wide);
  for (std::size_t v = 0; v < routes.routes.size(); ++v)
    for (std::int64_t i = 0; i < count; ++i) collector.add(arrival(v, i), routes.routes[v].line);
  return collector.count_to(count * static_cast<std::int64_t>(routes.routes.size()));
}

// Without shared lines only the queue at the buffer has a memory. Its length keeps order: a run that starts with an empty queue and one
// that starts with the longest possible bound all others, and where they meet the past is forgotten. 0: they did not meet.
std::int64_t Steady::end_of_tail(std::int64_t last) const {
  constexpr std::int64_t kSpan = 256;
  std::vector<std::int64_t> arriving(static_cast<std::size_t>(kSpan + 1));
  for (std::size_t v = 0; v < routes.routes.size(); ++v)
    for (std::int64_t i = count - 1; i >= 0; --i) {
      const std::int64_t at = arrival(v, i) - (last - kSpan);
      if (at < 0) break;
      ++arriving[static_cast<std::size_t>(at)];
    }
  std::int64_t low = 0, high = 2 * static_cast<std::int64_t>(routes.routes.size());
  for (std::int64_t at = 0; at <= kSpan; ++at) {
    low = low / 2 + arriving[static_cast<std::size_t>(at)];
    high = high / 2 + arriving[static_cast<std::size_t>(at)];
  }
  if (low != high) return 0;
  std::int64_t end = last;  // what arrives at a line in a cycle is queued in the next
  for (; low > 0; low /= 2) ++end;
  return end;
}

}  // namespace dlas::accelerator
