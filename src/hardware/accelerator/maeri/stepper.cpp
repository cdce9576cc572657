#include "hardware/accelerator/maeri/stepper.h"

#include "hardware/accelerator/maeri/reads.h"

namespace dlas::accelerator::maeri {
namespace {

// Cycles without any result after which nothing can come: longer than any queue of a step and any way through the networks.
std::int64_t patience(const Configuration& c, const Plan& p) {
  return 64 + 8 * c.multipliers + 4 * c.multipliers * (p.folds() + 1) * (p.columns + 1);
}

class Controller {
 public:
  Controller(const Configuration& configuration, const Plan& plan)
      : plan_(plan),
        fabric_(configuration, counters_),
        weights_(plan.weights(configuration)),
        full_(plan.inputs(configuration, false)),
        last_(plan.inputs(configuration, true)),
        psums_(static_cast<std::size_t>(plan.tile.neurons())),
        patience_(patience(configuration, plan)) {}

  Result<Outcome> run() {
    if (!fabric_.set(plan_.setting())) return stuck("stops with an assertion in its reduction network");
    const std::int64_t all = plan_.blocks() * plan_.results_per_block();
    std::int64_t cycle = 0, last_result = 0;
    while (counted_ < all) {
      ++cycle;
      if (block_ < plan_.blocks() && plan_.gate(block_) <= counted_) generate();
      for (const std::int32_t neuron : fabric_.take_results()) count(neuron), last_result = cycle;
      fabric_.send();
      fabric_.advance();
      if (cycle - last_result > patience_) return stuck("never ends: results get lost in the reduction network");
    }
    count_reads(plan_, counters_);
    return Outcome{cycle, counters_};
  }

 private:
  void generate() {
    if (step_ < plan_.folds()) {
      fabric_.enqueue(weights_, Cargo::weight);
    } else {
      const std::int64_t window = (step_ - plan_.folds()) / plan_.folds();
      fabric_.enqueue(plan_.sliding && window % plan_.columns > 0 ? last_ : full_, Cargo::input);
    }
    if (++step_ < plan_.folds() * (1 + plan_.windows())) return;
    step_ = 0;
    ++block_;
  }

  void count(std::int32_t neuron) {
    ++counted_;
    std::int64_t& seen = psums_[static_cast<std::size_t>(neuron)];
    if (++seen == plan_.results_per_window()) seen = 0;
    else fabric_.enqueue_psum(static_cast<std::int32_t>(neuron * plan_.span()));
  }

  Error stuck(const std::string& what) const {
    return make_error(Code::unsupported, "a tile that STONNE can run", plan_.tile.text() + ": it " + what);
  }

  const Plan& plan_;
  Counters counters_;
  Fabric fabric_;
  Wave weights_, full_, last_;
  std::vector<std::int64_t> psums_;  // results of the current window, per neuron
  std::int64_t patience_, block_ = 0, step_ = 0, counted_ = 0;
};

}  // namespace

Result<Outcome> step(const Configuration& configuration, const Plan& plan) {
  return Controller(configuration, plan).run();
}

}  // namespace dlas::accelerator::maeri
