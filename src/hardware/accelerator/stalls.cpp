#include "hardware/accelerator/stalls.h"

#include <algorithm>

#include "hardware/accelerator/maeri/compute.h"

namespace dlas::accelerator {
namespace {

// Hands out cycles, never more than are left.
class Purse {
 public:
  explicit Purse(std::int64_t cycles) : left_(cycles) {}
  std::int64_t take(std::int64_t wanted) {
    const std::int64_t given = std::clamp<std::int64_t>(wanted, 0, left_);
    left_ -= given;
    return given;
  }
  std::int64_t left() const { return left_; }

 private:
  std::int64_t left_;
};

void split_maeri(const Configuration& c, const DenseJob& job, Purse& purse, Stalls& out) {
  const maeri::Plan p = maeri::plan(c, job.layer, job.tile);
  const maeri::Layout layout(c, p);
  const std::int64_t steps = p.blocks() * p.folds() * p.windows(), partial = p.windows() - p.full_windows();
  std::int64_t weights = p.folds(), inputs = p.folds() * p.windows();
  for (std::size_t port = 0; port < layout.full.ports().size(); ++port) {
    const auto load = [&](const Wave& wave) { return static_cast<std::int64_t>(wave.ports()[port].size()); };
    weights = std::max(weights, p.folds() * load(layout.weights));
    inputs = std::max(inputs, p.folds() * (p.full_windows() * load(layout.full) + partial * load(layout.last)));
  }
  std::int64_t depth = 0;
  if (p.through_memory && layout.routes.regular)
    for (std::int64_t v = 0; v < p.tile.neurons(); ++v)
      depth = std::max(depth, layout.routes.depth[static_cast<std::size_t>(v * p.span())]);
  const std::int64_t loop = p.through_memory ? p.windows() * ((p.folds() - 1) * (layout.tree + depth + 2) + 1) : 0;
  out.idle = purse.take(steps - out.work);
  out.stationary = purse.take(p.blocks() * weights);
  out.ports = purse.take(p.blocks() * inputs - steps);
  out.partial_sums = purse.take(p.blocks() * (loop - inputs));
}

}  // namespace

Stalls& Stalls::operator+=(const Stalls& other) {
  for (const StallEntry& entry : stall_table()) this->*entry.field += other.*entry.field;
  return *this;
}

std::span<const StallEntry> stall_table() {
  static constexpr std::array<StallEntry, 7> kTable = {{{"work", &Stalls::work},
                                                        {"idle multipliers", &Stalls::idle},
                                                        {"stationary elements", &Stalls::stationary},
                                                        {"read ports", &Stalls::ports},
                                                        {"partial sums", &Stalls::partial_sums},
                                                        {"fill and drain", &Stalls::rest},
                                                        {"DRAM", &Stalls::memory}}};
  return kTable;
}

Stalls stalls(const Configuration& configuration, const Job& job, std::int64_t cycles, std::int64_t products) {
  Stalls out;
  Purse purse(cycles);
  out.work = purse.take((products + configuration.multipliers - 1) / configuration.multipliers);
  if (const auto* dense = std::get_if<DenseJob>(&job)) split_maeri(configuration, *dense, purse, out);
  out.rest = purse.left();
  return out;
}

}  // namespace dlas::accelerator
