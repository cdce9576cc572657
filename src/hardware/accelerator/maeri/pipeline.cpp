// Partial sums stay in the array: nothing flows back within a block, so the time of each step follows from the steps before.
//
// A port takes up a step when it has sent the one before and the step is there: base = max(sent, generated - 1). A multiplier that is
// fed by the buffer fires when its packet arrives; one that is fed by its right neighbour a cycle after that one used the input.
#include <algorithm>

#include "hardware/accelerator/fabric/collector.h"
#include "hardware/accelerator/fabric/steady.h"
#include "hardware/accelerator/maeri/compute.h"

namespace dlas::accelerator::maeri {
namespace {

using Times = std::vector<std::int64_t>;

// Place of each multiplier's packet in its port's row, counted from 1; 0: none.
Times places_of(const Wave& wave, std::int64_t multipliers) {
  Times place(static_cast<std::size_t>(multipliers));
  for (const auto& port : wave.ports())
    for (std::size_t rank = 0; rank < port.size(); ++rank)
      for (const std::int32_t lane : port[rank].to)
        place[static_cast<std::size_t>(lane)] = static_cast<std::int64_t>(rank) + 1;
  return place;
}

class Stream {
 public:
  explicit Stream(const Layout& layout)
      : layout_(layout),
        plan_(layout.plan),
        full_(pace_of(layout.full, layout.routes, owners(layout.setting))),
        weight_places_(places_of(layout.weights, plan_.tile.neurons() * plan_.span())),
        full_places_(places_of(layout.full, plan_.tile.neurons() * plan_.span())),
        last_places_(places_of(layout.last, plan_.tile.neurons() * plan_.span())),
        collector_(layout.configuration.write_ports, layout.configuration.wide_write_back),
        sent_(layout.full.ports().size()),
        fired_(full_places_.size()),
        before_(plan_.sliding ? fired_.size() * static_cast<std::size_t>(plan_.folds()) : 0) {}

  // Runs all blocks, each as soon as its gate opens; nothing when new weights disturb products of the block before.
  std::optional<std::int64_t> run(std::int64_t blocks) {
    for (std::int64_t block = 0; block < blocks; ++block) {
      if (block > 0) next_ = std::max(next_, collector_.count_to(plan_.gate(block)) + 1);
      if (!send_weights(block > 0)) return std::nullopt;
      for (std::int64_t row = 0; row < plan_.rows; ++row) run_row(row);
    }
    return collector_.count_to(blocks * plan_.results_per_block());
  }

 private:
  std::int64_t base(std::size_t port) const { return std::max(sent_[port], next_ - 1); }

  bool send_weights(bool again) {
    if (again && plan_.sliding && plan_.folds() > 1)
      for (std::size_t m = 0; m < fired_.size(); ++m)
        if (fired_[m] >= base(port_of(m)) + weight_places_[m] + layout_.tree) return false;
    for (std::int64_t fold = 0; fold < plan_.folds(); ++fold) send(layout_.weights);
    return true;
  }

  void send(const Wave& wave) {
    for (std::size_t port = 0; port < sent_.size(); ++port)
      if (const auto load = static_cast<std::int64_t>(wave.ports()[port].size())) {
        if (sent_[port] < next_ - 1) behind_ = false;
        sent_[port] = base(port) + load;
      }
    ++next_;
  }

  std::size_t port_of(std::size_t multiplier) const {
    return multiplier / static_cast<std::size_t>(layout_.configuration.lanes_per_port());
  }

  void run_row(std::int64_t row) {
    const std::int64_t unit = plan_.columns;
    if (row >= 2 && repeat()) return;
    remember();
    behind_ = true;
    row_.clear();
    for (std::int64_t column = 0; column < unit; ++column)
      for (std::int64_t fold = 0; fold < plan_.folds(); ++fold) {
        const bool last = plan_.sliding && column > 0;
        if (plan_.sliding) fire(last, static_cast<std::size_t>(fold));
        if (fold + 1 == plan_.folds()) finish();
        send(last ? layout_.last : layout_.full);
      }
  }

  // All multipliers fire for this step.
  void fire(bool last, std::size_t fold) {
    const Times& places = last ? last_places_ : full_places_;
    const auto folds = static_cast<std::size_t>(plan_.folds());
    for (std::size_t m = 0; m < fired_.size(); ++m) {
      const std::int64_t source = last && layout_.setting.takes_right[m] ? before_[(m + 1) * folds + fold] + 1
                                                                         : base(port_of(m)) + places[m] + layout_.tree;
      fired_[m] = std::max(source, fired_[m] + 1);
      before_[m * folds + fold] = fired_[m];
    }
  }

  // The sums of this step are finished: results reach their lines.
  void finish() {
    for (std::size_t v = 0; v < layout_.routes.routes.size(); ++v) {
      std::int64_t at = 0;
      if (plan_.sliding) {
        const std::size_t first = v * static_cast<std::size_t>(plan_.span());
        for (std::size_t m = first; m < first + static_cast<std::size_t>(plan_.span()); ++m)
          at = std::max(at, fired_[m] + layout_.routes.depth[m]);
      } else {
        for (const Pace::Share& share : full_.shares[v])
          at = std::max(at, base(static_cast<std::size_t>(share.port)) + share.delay + layout_.tree);
      }
      add(at + 1 + layout_.routes.routes[v].later, layout_.routes.routes[v].line);
    }
  }

  void add(std::int64_t at, std::int64_t line) {
    collector_.add(at, line);
    row_.push_back({at, line});
  }

  void remember() {
    old_sent_ = sent_;
    old_fired_ = fired_;
    old_before_ = before_;
  }

  // When the last row moved all times by the same amount, and either that is the controller's own pace or every port was behind the
  // controller all the time, this row does so again.
  bool repeat() {
    std::int64_t shift = 0;
    for (std::size_t port = 0; port < sent_.size(); ++port) {
      if (layout_.full.ports()[port].empty()) continue;
      const std::int64_t moved = sent_[port] - old_sent_[port];
      if (shift != 0 && moved != shift) return false;
      shift = moved;
    }
    const std::int64_t steps = plan_.columns * plan_.folds();
    if (shift != steps && (shift < steps || !behind_)) return false;
    if (plan_.sliding && !(moved_by(fired_, old_fired_, shift) && moved_by(before_, old_before_, shift))) return false;
    remember();
    for (std::size_t port = 0; port < sent_.size(); ++port)
      if (!layout_.full.ports()[port].empty()) sent_[port] += shift;
    for (Times* times : {&fired_, &before_})
      for (std::int64_t& time : *times) time += shift;
    for (auto& [at, line] : row_) collector_.add(at += shift, line);
    next_ += steps;
    return true;
  }

  static bool moved_by(const Times& now, const Times& old, std::int64_t shift) {
    for (std::size_t i = 0; i < now.size(); ++i)
      if (now[i] - old[i] != shift) return false;
    return true;
  }

  const Layout& layout_;
  const Plan& plan_;
  Pace full_;
  Times weight_places_, full_places_, last_places_;
  Collector collector_;
  std::int64_t next_ = 1;  // cycle of the next step
  Times sent_;             // per port: cycle of its last packet
  Times fired_;            // per multiplier: cycle of its last product; kept for sliding windows only
  Times before_;           // per multiplier and fold: cycle of its product in the last window
  Times old_sent_, old_fired_, old_before_;
  bool behind_ = true;                                      // no port waited for the controller in the last row
  std::vector<std::pair<std::int64_t, std::int64_t>> row_;  // arrivals of the last row
};

// One block whose windows all cost the same.
std::int64_t steady_block(const Layout& l) {
  const Pace pace = pace_of(l.full, l.routes, owners(l.setting));
  Steady steady{.routes = l.routes,
                .pace = pace,
                .lines = l.configuration.write_ports,
                .wide = l.configuration.wide_write_back,
                .tree = l.tree};
  for (const auto& port : l.weights.ports())
    steady.start.push_back(l.plan.folds() * static_cast<std::int64_t>(port.size()));
  steady.first = l.plan.folds() - 1;
  steady.stride = l.plan.folds();
  steady.count = l.plan.windows();
  return steady.end();
}

}  // namespace

std::optional<std::int64_t> pipeline_cycles(const Layout& layout) {
  const Plan& plan = layout.plan;
  if (!drains_between_blocks(plan)) return Stream(layout).run(plan.blocks());
  if (plan.full_windows() == plan.windows()) return plan.blocks() * steady_block(layout);
  const auto block = Stream(layout).run(1);
  if (!block) return std::nullopt;
  return plan.blocks() * *block;
}

}  // namespace dlas::accelerator::maeri
