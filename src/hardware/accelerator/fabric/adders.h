// The reduction network at work, cycle by cycle: what moves is the number of the virtual neuron that a value belongs to.
// Every link holds one message; a message that nobody took before the next one is lost, as in STONNE.
#pragma once

#include <cstdint>
#include <vector>

#include "hardware/accelerator/counters.h"
#include "hardware/accelerator/fabric/adder_tree.h"

namespace dlas::accelerator {

struct Link {
  std::vector<std::int32_t> message;
  bool pending = false;
  void send(const std::vector<std::int32_t>& values) { message = values, pending = true; }
};

class Queue {
 public:
  explicit Queue(Counters* counters = nullptr) : counters_(counters) {}
  bool empty() const { return head_ == values_.size(); }
  std::int64_t size() const { return static_cast<std::int64_t>(values_.size() - head_); }
  void push(std::int32_t value) {
    values_.push_back(value);
    if (counters_) ++counters_->fifo_pushes;
  }
  std::int32_t pop() {
    const std::int32_t value = values_[head_++];
    if (counters_) ++counters_->fifo_pops;
    if (empty()) values_.clear(), head_ = 0;
    else if (head_ > 1024 && 2 * head_ > values_.size()) drop();
    return value;
  }

 private:
  void drop() {
    values_.erase(values_.begin(), values_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }

  Counters* counters_;
  std::vector<std::int32_t> values_;
  std::size_t head_ = 0;
};

class Adders {
 public:
  // `lines` are the inputs of output lines or accumulators, one per node. Keeps references to both.
  Adders(const AdderTree& tree, std::int64_t folds, Counters& counters);

  std::vector<Link>& leaves() { return children_; }  // of multiplier m: leaves()[first_leaf() + m]
  std::size_t first_leaf() const { return (std::size_t{1} << tree_.levels()) - 2; }
  std::vector<Link>& outputs() { return outputs_; }  // of node n; filled when its sum is a result
  void cycle();

 private:
  struct State {
    Queue left, right, side, below, out, side_out;
    std::int64_t summed = 0;  // folds in a fold node's register
  };
  void step(std::size_t node);
  void receive(std::size_t node);
  void add(std::size_t node);
  void add_side(State& state);
  void split(std::size_t node);
  void pass(State& state);
  void fold(State& state);
  void send(std::size_t node);

  const AdderTree& tree_;
  std::int64_t folds_;
  Counters& counters_;
  std::vector<State> states_;
  std::vector<Link> children_;  // two per node of the tree: of node n at 2n and 2n + 1
  std::vector<Link> sides_, folds_up_, outputs_;
};

}  // namespace dlas::accelerator
