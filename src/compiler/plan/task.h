// One call of a kernel in a lowered graph: which slots it reads and writes, and what it computes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "compiler/plan/frame.h"
#include "compiler/plan/slot.h"

namespace dlas::compiler {

class Task {
 public:
  Task() = default;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  virtual ~Task() = default;

  std::string node_name, op_name;     // of the graph, for people
  std::vector<SlotId> reads, writes;  // each slot once
  std::uint64_t macs = 0;             // multiply-adds
  std::string fallback;               // why the reference kernel runs; empty for a fast one
  bool copies = false;                // writes[0] gets the elements of reads[0] and nothing else
  bool reorders = false;              // a copy between orders of axes
  bool in_place = false;              // writes[0] may lie where reads[0] lies

  virtual std::string describe() const = 0;
  // Memory of its own that it needs while it runs.
  virtual std::size_t scratch_bytes(std::span<const Placed>, int /*threads*/) const { return 0; }
  virtual std::size_t packed_bytes() const { return 0; }  // of weights that it keeps
  virtual Status run(Frame& frame) const = 0;
};

}  // namespace dlas::compiler
