// A lowered graph: tasks in order over slots.
#pragma once

#include <memory>
#include <vector>

#include "compiler/plan/task.h"

namespace dlas::compiler {

struct Program {
  std::vector<Slot> slots;
  std::vector<std::unique_ptr<Task>> tasks;
  std::vector<SlotId> outputs;  // plain, as the graph's
  std::size_t held = 0;         // tensors that a run holds

  Slot& slot(SlotId id) { return slots[static_cast<std::size_t>(id)]; }
  const Slot& slot(SlotId id) const { return slots[static_cast<std::size_t>(id)]; }
  SlotId add(Slot slot) {
    slots.push_back(std::move(slot));
    return static_cast<SlotId>(slots.size() - 1);
  }
};

// The outermost slot that each slot lies in, found with paths halved: linear for long chains, too.
class Roots {
 public:
  explicit Roots(const Program& program) {
    for (SlotId s = 0; s < std::ssize(program.slots); ++s)
      up_.push_back(program.slot(s).inside == kNoSlot ? s : program.slot(s).inside);
  }
  SlotId of(SlotId id) {
    while (up(id) != id) id = up(id) = up(up(id));
    return id;
  }
  void put(SlotId id, SlotId inside) { up(id) = inside; }

 private:
  SlotId& up(SlotId id) { return up_[static_cast<std::size_t>(id)]; }
  std::vector<SlotId> up_;
};

}  // namespace dlas::compiler
