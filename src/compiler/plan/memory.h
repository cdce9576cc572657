// The static memory plan: each slot of a program gets its place before anything runs.
//
// A slot lives from the first task that writes it (or anything inside it) to the last that reads it. Slots whose lives do not
// overlap may share addresses. Placed largest first, each into the smallest gap that is free during its life (best fit);
// `lower_bound` is what no plan can go below: the most bytes that are alive during one task.
#pragma once

#include <vector>

#include "compiler/plan/program.h"

namespace dlas::compiler {

inline constexpr std::size_t kAlignment = 64;

struct MemoryPlan {
  std::vector<Placed> placed;                      // by slot
  std::vector<std::size_t> scratch;                // offset in the arena, by task
  std::vector<std::vector<SlotId>> clears;         // pictures whose border is made zero before a task
  std::vector<std::vector<std::size_t>> releases;  // held tensors that no task after this one reads
  std::size_t arena_bytes = 0, lower_bound = 0, without_reuse = 0;
};

// Errors: limit, when the arena exceeds limits().live_bytes or its size overflows.
Result<MemoryPlan> plan_memory(const Program& program, int threads);

// Where to put blocks that are alive during [first, last]: best fit, largest first. Offsets are multiples of kAlignment.
struct Block {
  std::size_t bytes = 0, first = 0, last = 0;
  std::size_t offset = 0;  // the answer
};
std::size_t place_blocks(std::vector<Block>& blocks);  // the end of the last one
std::size_t most_alive(const std::vector<Block>& blocks);

}  // namespace dlas::compiler
