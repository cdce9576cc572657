#include "hardware/accelerator/fabric/adders.h"

#include <algorithm>

namespace dlas::accelerator {

Adders::Adders(const AdderTree& tree, std::int64_t folds, Counters& counters)
    : tree_(tree), folds_(folds), counters_(counters) {
  const std::size_t count = tree.nodes().size();
  const Queue counted(&counters);
  states_.assign(count, State{counted, counted, counted, Queue(), counted, counted, 0});
  children_.resize(2 * ((std::size_t{1} << tree.levels()) - 1));
  sides_.resize(count);
  folds_up_.resize(count);
  outputs_.resize(count);
}

// Root to leaf, so that a value climbs one level a cycle; of a side-linked pair the receiver goes first. The extra node of a
// fold-enabled tree stands beside the root and follows it.
void Adders::cycle() {
  for (int level = 0; level < tree_.levels(); ++level)
    for (int j = 0; j < (1 << level); ++j) {
      const auto node = static_cast<std::size_t>(tree_.index(level, j));
      const Adder& adder = tree_.nodes()[node];
      if (adder.link == SideLink::send && adder.side == static_cast<std::int32_t>(node) + 1) {
        step(node + 1);
        step(node);
        ++j;
      } else {
        step(node);
      }
      if (level == 0 && tree_.nodes().size() > ((std::size_t{1} << tree_.levels()) - 1))
        step(static_cast<std::size_t>(tree_.extra()));
    }
}

void Adders::step(std::size_t node) {
  receive(node);
  State& state = states_[node];
  switch (tree_.nodes()[node].mode) {
    case AdderMode::add: add(node); break;
    case AdderMode::add_side: add_side(state); break;
    case AdderMode::split: split(node); break;
    case AdderMode::pass: pass(state); break;
    case AdderMode::fold: fold(state); break;
  }
  send(node);
}

namespace {
void take(Link& link, Queue& into) {
  if (!link.pending) return;
  link.pending = false;
  for (const std::int32_t value : link.message) into.push(value);
}
}  // namespace

void Adders::receive(std::size_t node) {
  State& state = states_[node];
  if (2 * node + 1 < children_.size()) {
    take(children_[2 * node], state.left);
    take(children_[2 * node + 1], state.right);
  }
  const Adder& adder = tree_.nodes()[node];
  if (adder.link == SideLink::receive) take(sides_[static_cast<std::size_t>(adder.side)], state.side);
  if (folds_up_[node].pending) take(folds_up_[node], state.below);
}

// Two operands, or one where the other child belongs to nobody.
void Adders::add(std::size_t node) {
  const Adder& adder = tree_.nodes()[node];
  State& state = states_[node];
  Queue& out = adder.link == SideLink::none ? state.out : state.side_out;
  const bool left = !state.left.empty(), right = !state.right.empty();
  if (left && right) {
    state.right.pop();
    out.push(state.left.pop());
    ++counters_.adds_2to1;
  } else if (left && !adder.right) {
    out.push(state.left.pop());
  } else if (right && !adder.left) {
    out.push(state.right.pop());
  }
}

void Adders::add_side(State& state) {
  if (state.left.empty() || state.right.empty() || state.side.empty()) return;
  state.right.pop();
  state.side.pop();
  state.out.push(state.left.pop());
  ++counters_.adds_3to1;
}

// The child next to the side link goes sideways, the other one up.
void Adders::split(std::size_t node) {
  State& state = states_[node];
  const bool even = tree_.nodes()[node].side < static_cast<std::int32_t>(node);
  Queue& aside = even ? state.left : state.right;
  Queue& up = even ? state.right : state.left;
  if (!aside.empty()) state.side_out.push(aside.pop());
  if (!up.empty()) state.out.push(up.pop());
}

void Adders::pass(State& state) {
  while (!state.left.empty()) state.out.push(state.left.pop());
  while (!state.right.empty()) state.out.push(state.right.pop());
}

void Adders::fold(State& state) {
  if (state.below.empty()) return;
  const std::int32_t value = state.below.pop();
  if (state.summed > 0) ++counters_.adds_2to1;
  if (++state.summed < folds_) return;
  state.summed = 0;
  state.out.push(value);
}

void Adders::send(std::size_t node) {
  State& state = states_[node];
  const Adder& adder = tree_.nodes()[node];
  std::vector<std::int32_t> message;
  while (!state.side_out.empty()) message.push_back(state.side_out.pop());
  if (!message.empty()) {
    ++counters_.rn_wire_writes;
    sides_[node].send(message);
    message.clear();
  }
  while (!state.out.empty()) message.push_back(state.out.pop());
  if (message.empty()) return;
  if (adder.to_line) {
    outputs_[node].send(message);  // counted by whoever takes it: an accumulator or an output line
  } else if (adder.to_fold) {
    ++counters_.rn_wire_writes;
    folds_up_[static_cast<std::size_t>(adder.fold)].send(message);
  } else if (node > 0) {
    ++counters_.rn_wire_writes;
    const std::size_t parent = (node - 1) / 2;
    children_[2 * parent + (node % 2 == 1 ? 0 : 1)].send(message);
  }
}

}  // namespace dlas::accelerator
