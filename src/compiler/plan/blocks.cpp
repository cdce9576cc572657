// Blocks with lifetimes into one arena.
#include <algorithm>
#include <map>
#include <numeric>

#include "compiler/plan/memory.h"

namespace dlas::compiler {
namespace {

std::size_t rounded_up(std::size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

bool together(const Block& a, const Block& b) { return a.first <= b.last && b.first <= a.last; }

// The start of the smallest gap between `busy` (sorted by offset) that holds the bytes; the end when none does.
std::size_t best_gap(const std::vector<const Block*>& busy, std::size_t bytes) {
  std::size_t end = 0, best = 0, best_size = 0;
  bool found = false;
  for (const Block* b : busy) {
    if (b->offset >= end + bytes && (!found || b->offset - end < best_size)) {
      found = true;
      best = end;
      best_size = b->offset - end;
    }
    end = std::max(end, b->offset + rounded_up(b->bytes));
  }
  return found ? best : end;
}

}  // namespace

std::size_t place_blocks(std::vector<Block>& blocks) {
  std::vector<std::size_t> order(blocks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return blocks[a].bytes > blocks[b].bytes; });
  std::vector<const Block*> by_offset;  // of all that have their place
  std::size_t end = 0;
  for (const std::size_t i : order) {
    Block& block = blocks[i];
    std::vector<const Block*> busy;
    for (const Block* other : by_offset)
      if (together(block, *other)) busy.push_back(other);
    block.offset = best_gap(busy, rounded_up(block.bytes));
    by_offset.insert(std::ranges::upper_bound(by_offset, block.offset, {}, [](const Block* b) { return b->offset; }),
                     &block);
    end = std::max(end, block.offset + rounded_up(block.bytes));
  }
  return end;
}

std::size_t most_alive(const std::vector<Block>& blocks) {
  std::map<std::size_t, std::size_t> starts, ends;
  for (const Block& b : blocks) {
    starts[b.first] += rounded_up(b.bytes);
    ends[b.last + 1] += rounded_up(b.bytes);
  }
  std::size_t alive = 0, most = 0;
  auto end = ends.begin();
  for (const auto& [task, bytes] : starts) {
    for (; end != ends.end() && end->first <= task; ++end) alive -= end->second;
    most = std::max(most, alive += bytes);
  }
  return most;
}

}  // namespace dlas::compiler
