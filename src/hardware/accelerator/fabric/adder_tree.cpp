#include "hardware/accelerator/fabric/adder_tree.h"

#include <algorithm>

namespace dlas::accelerator {
namespace {

int levels_of(std::int64_t multipliers) {
  int levels = 0;
  while ((std::int64_t{1} << levels) < multipliers) ++levels;
  return levels;
}

using Bits = std::vector<std::uint8_t>;

// Active children in a row, from `from` towards lower (step -1) or higher (step 1) positions.
int run_length(const Bits& children, int from, int step) {
  int length = 0;
  for (int i = from; i >= 0 && i < static_cast<int>(children.size()) && children[static_cast<std::size_t>(i)];
       i += step)
    ++length;
  return length;
}

}  // namespace

AdderTree::AdderTree(const Configuration& configuration)
    : fold_enabled_(configuration.network == Network::fenetwork), levels_(levels_of(configuration.multipliers)) {
  nodes_.resize(static_cast<std::size_t>((1 << levels_) - 1 + (fold_enabled_ ? 1 : 0)));
  wire_sides();
  if (fold_enabled_) wire_folds();
  wire_lines(configuration.write_ports);
}

void AdderTree::wire_sides() {
  for (int level = 2; level < levels_; ++level)
    for (int j = 1; j + 1 < (1 << level); j += 2) {
      nodes_[static_cast<std::size_t>(index(level, j))].side = index(level, j + 1);
      nodes_[static_cast<std::size_t>(index(level, j + 1))].side = index(level, j);
    }
}

// An even node folds in its parent; an odd one climbs while it is odd and takes the parent of where it gets; past the root
// stands the extra node.
void AdderTree::wire_folds() {
  for (int level = 0; level < levels_; ++level)
    for (int j = 0; j < (1 << level); ++j) {
      int up = level, at = j;
      while (at % 2 == 1) at /= 2, --up;
      nodes_[static_cast<std::size_t>(index(level, j))].fold = up == 0 || level == 0 ? extra() : index(up - 1, at / 2);
    }
}

// Side-linked pairs first, root to leaf, one line after the other; then the single nodes, which go on counting.
void AdderTree::wire_lines(std::int64_t lines) {
  std::vector<int> pairs, singles = {0};
  if (fold_enabled_) singles.push_back(extra());
  for (int level = 1; level < levels_; ++level)
    for (int j = 0; j < (1 << level); ++j) {
      if (j > 0 && j % 2 == 0) pairs.insert(pairs.end(), {index(level, j - 1), index(level, j)});
      else if (j == 0 || j == (1 << level) - 1) singles.push_back(index(level, j));
    }
  const auto count = static_cast<std::int64_t>(pairs.size());
  for (std::int64_t i = 0; i < count; ++i) {
    Adder& adder = nodes_[static_cast<std::size_t>(pairs[static_cast<std::size_t>(i)])];
    adder.line = static_cast<std::int32_t>((i / 2) % lines);
    adder.input = static_cast<std::int32_t>(2 * ((i / 2) / lines) + i % 2);
  }
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(singles.size()); ++i) {
    Adder& adder = nodes_[static_cast<std::size_t>(singles[static_cast<std::size_t>(i)])];
    adder.line = static_cast<std::int32_t>((i + count) % lines);
    adder.input = static_cast<std::int32_t>(count / lines + 1 + i / lines);
  }
}

bool AdderTree::configure(const std::vector<Neuron>& neurons) {
  for (Adder& adder : nodes_) {
    adder.mode = AdderMode::add;
    adder.link = SideLink::none;
    adder.used = adder.left = adder.right = adder.to_line = adder.to_fold = false;
  }
  bool sound = true;
  std::int64_t first = 0;
  for (const Neuron& neuron : neurons) {
    sound = configure_neuron(first, neuron.size) && sound;
    first += neuron.size;
  }
  enable_children(first);
  return sound;
}

bool AdderTree::configure_neuron(std::int64_t first, std::int64_t size) {
  Bits children(std::size_t{1} << levels_), active;
  std::fill_n(children.begin() + first, size, std::uint8_t{1});
  bool sound = true;
  for (int level = levels_ - 1; level >= 0; --level) {
    active.assign(std::size_t{1} << level, 0);
    sound = configure_level(level, children, active) && sound;
    if (std::ranges::count(active, 1) == 1) {
      finish_at(index(level, static_cast<int>(std::ranges::find(active, 1) - active.begin())));
      if (fold_enabled_) return sound;  // an augmented tree goes on and marks all nodes above as well
    }
    children.swap(active);
  }
  return sound;
}

bool AdderTree::configure_level(int level, Bits& children, Bits& active) {
  bool sound = true;
  const int count = 1 << level;
  for (int j = 0; j < count; ++j) {
    const auto child = static_cast<std::size_t>(2 * j);
    if (j == 0 || j == count - 1) {
      if (!children[child] && !children[child + 1]) continue;
      active[static_cast<std::size_t>(j)] = 1;
      Adder& adder = nodes_[static_cast<std::size_t>(index(level, j))];
      adder.mode = adder.used ? AdderMode::pass : AdderMode::add;
      adder.used = true;
    } else if (j % 2 == 1) {
      sound = configure_pair(level, j, children, active) && sound;
    }
  }
  return sound;
}

// Nodes j and j + 1 share a side link. When the neuron reaches both, the one with the shorter run of children hands over sideways,
// unless the node beyond it is needed as well.
bool AdderTree::configure_pair(int level, int j, Bits& children, Bits& active) {
  const int last = 2 * j + 1;  // the last child of node j
  const int left = run_length(children, children[static_cast<std::size_t>(last)] ? last : last - 1, -1);
  const int right = run_length(children, children[static_cast<std::size_t>(last + 1)] ? last + 1 : last + 2, 1);
  const int here = index(level, j), next = index(level, j + 1);
  const bool to_left = left >= right;
  const auto idle = [&](int a) { return !children[static_cast<std::size_t>(a)]; };
  const bool free = to_left ? idle(last + 3) && idle(last + 4) : idle(last - 2) && idle(last - 3);
  if (left == 0 || right == 0 || !free) {
    active[static_cast<std::size_t>(j)] = left > 0;
    active[static_cast<std::size_t>(j + 1)] = right > 0;
    const bool sound = configure_unlinked(here, next, left > 0);
    return configure_unlinked(next, next, right > 0) && sound;
  }
  active[static_cast<std::size_t>(j)] = to_left;
  active[static_cast<std::size_t>(j + 1)] = !to_left;
  if (to_left) std::fill(children.begin() + last + 1, children.end(), std::uint8_t{0});
  else std::fill(children.begin(), children.begin() + last + 1, std::uint8_t{0});
  Adder& receiver = nodes_[static_cast<std::size_t>(to_left ? here : next)];
  Adder& sender = nodes_[static_cast<std::size_t>(to_left ? next : here)];
  receiver.mode = AdderMode::add_side;
  receiver.link = SideLink::receive;
  sender.mode = sender.used ? AdderMode::split : AdderMode::add;
  sender.link = SideLink::send;
  receiver.used = sender.used = true;
  return true;
}

// A node whose side link this neuron does not use; `other` must be a sender when the node has a link from before.
bool AdderTree::configure_unlinked(int node, int other, bool active) {
  if (!active) return true;
  Adder& adder = nodes_[static_cast<std::size_t>(node)];
  if (!adder.used) {
    adder.mode = AdderMode::add;
    adder.used = true;
    return true;
  }
  adder.mode = adder.link == SideLink::none ? AdderMode::pass : AdderMode::split;
  return adder.link == SideLink::none || nodes_[static_cast<std::size_t>(other)].link == SideLink::send;
}

void AdderTree::finish_at(int node) {
  Adder& adder = nodes_[static_cast<std::size_t>(node)];
  if (!fold_enabled_) {
    adder.to_line = true;
    return;
  }
  adder.to_fold = true;
  Adder& fold = nodes_[static_cast<std::size_t>(adder.fold)];
  fold.to_line = fold.used = true;
  fold.mode = AdderMode::fold;
}

void AdderTree::enable_children(std::int64_t used) {
  const auto sends_up = [&](int node) {
    const Adder& adder = nodes_[static_cast<std::size_t>(node)];
    if (!adder.used || adder.mode == AdderMode::fold) return false;
    return adder.mode != AdderMode::add || adder.link == SideLink::none;
  };
  for (int level = 0; level < levels_; ++level)
    for (int j = 0; j < (1 << level); ++j) {
      Adder& adder = nodes_[static_cast<std::size_t>(index(level, j))];
      const bool leaf = level == levels_ - 1;
      adder.left = leaf ? 2 * j < used : sends_up(index(level + 1, 2 * j));
      adder.right = leaf ? 2 * j + 1 < used : sends_up(index(level + 1, 2 * j + 1));
    }
}

}  // namespace dlas::accelerator
