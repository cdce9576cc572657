#include "compiler/plan/sharing.h"

#include <algorithm>

namespace dlas::compiler {
namespace {

using algorithm::Border;
using algorithm::kChannelBlock;

class Sharing {
 public:
  explicit Sharing(Program& program) : program_(program), roots_(program), parts_(program.slots.size(), 0) {
    for (SlotId s = 0; s < std::ssize(program_.slots); ++s)
      if (program_.slot(s).inside != kNoSlot) {
        ++parts_[at(program_.slot(s).inside)];
        raise(s);
      }
  }

  void run() {
    // Concatenations first: they make borders larger, and what follows wants none.
    drop_copies([&](const Task& s) { return is_part(s) && put_part(s); });
    drop_copies([&](const Task& s) { return put_alike(s); });
    find_last_reads();
    for (std::size_t s = 0; s < program_.tasks.size(); ++s)
      if (program_.tasks[s]->in_place) put_in_place(*program_.tasks[s], s);
  }

 private:
  static std::size_t at(SlotId slot) { return static_cast<std::size_t>(slot); }
  Slot& slot(SlotId id) { return program_.slot(id); }
  Border& border(SlotId id) { return slot(roots_.of(id)).border; }
  bool bare(SlotId id) { return border(id) == Border{}; }

  void put_inside(SlotId id, SlotId outer) {
    slot(id).inside = outer;
    roots_.put(id, outer);
    ++parts_[at(outer)];
  }

  // The outermost slot gets the border that a slot in it wants.
  void raise(SlotId id) {
    Border& root = border(id);
    root = larger(root, slot(id).border);
  }

  void drop_copies(const auto& put) {
    std::erase_if(program_.tasks, [&](const auto& task) { return task->copies && !task->reorders && put(*task); });
  }

  void find_last_reads() {
    last_.assign(program_.slots.size(), 0);
    for (std::size_t s = 0; s < program_.tasks.size(); ++s)
      for (const SlotId r : program_.tasks[s]->reads) last_[at(r)] = s;
    for (const SlotId r : program_.outputs) last_[at(r)] = program_.tasks.size();
  }

  // A copy into a part of a concatenation.
  bool is_part(const Task& task) {
    const Slot& to = slot(task.writes[0]);
    return slot(task.reads[0]).form == Form::picture && to.form == Form::picture && to.inside != kNoSlot;
  }
  bool put_part(const Task& task) {
    const Slot& from = slot(task.reads[0]);
    const Slot& to = slot(task.writes[0]);
    const bool whole_blocks =
        to.first_channel % kChannelBlock == 0 &&
        (to.shape[3] % kChannelBlock == 0 || to.first_channel + to.shape[3] == slot(to.inside).shape[3]);
    if (from.home != Home::arena || from.inside != kNoSlot || !whole_blocks || from.shape != to.shape) return false;
    put_inside(task.reads[0], task.writes[0]);
    raise(task.reads[0]);
    return true;
  }

  // A copy between slots whose bytes are the same when there is neither border nor padding.
  bool put_alike(const Task& task) {
    const SlotId from = task.reads[0], to = task.writes[0];
    const Slot& target = slot(to);
    if (target.inside != kNoSlot || parts_[at(to)] > 0 || slot(from).dtype != target.dtype || !slot(from).sized)
      return false;
    const SlotId picture = slot(from).form == Form::picture ? from : to;
    const bool both = slot(from).form == target.form;
    const bool dense = slot(from).form == Form::plain
                           ? both || slot(to).shape[3] % kChannelBlock == 0
                           : slot(from).inside == kNoSlot && slot(from).home == Home::arena &&
                                 (both || slot(picture).shape[3] % kChannelBlock == 0);
    if (!dense || !bare(from) || !(target.border == Border{})) return false;
    put_inside(to, from);
    return true;
  }

  void put_in_place(const Task& task, std::size_t index) {
    const SlotId from = task.reads[0], to = task.writes[0];
    const Slot& source = slot(from);
    const Slot& target = slot(to);
    const bool free = source.home == Home::arena && source.inside == kNoSlot && target.inside == kNoSlot &&
                      parts_[at(from)] == 0 && last_[at(from)] == index;
    if (!free || source.shape != target.shape || source.form != target.form || !(source.border == target.border))
      return;
    put_inside(to, from);
  }

  Program& program_;
  Roots roots_;
  std::vector<int> parts_;         // slots that lie in this one
  std::vector<std::size_t> last_;  // task that reads it last
};

}  // namespace

void share(Program& program) { Sharing(program).run(); }

}  // namespace dlas::compiler
