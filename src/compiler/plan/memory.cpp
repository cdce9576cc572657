#include "compiler/plan/memory.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/checked.h"
#include "base/limits.h"

namespace dlas::compiler {
namespace {

using algorithm::Border;
using algorithm::View;

constexpr std::size_t kFloat = sizeof(float);

// Bytes behind the last pixel that a kernel may read while it loads whole vectors.
constexpr std::size_t kSlack = kAlignment;

std::size_t at(SlotId slot) { return static_cast<std::size_t>(slot); }

class Planner {
 public:
  Planner(const Program& program, int threads) : program_(program), roots_(program), threads_(threads) {}

  Result<MemoryPlan> plan() {
    lives();
    plan_.placed.resize(program_.slots.size());
    done_.assign(program_.slots.size(), 0);
    std::vector<Block> blocks;
    std::vector<SlotId> owner;
    for (SlotId s = 0; s < std::ssize(program_.slots); ++s) {
      const Slot& slot = program_.slot(s);
      if (slot.inside != kNoSlot || slot.home != Home::arena || first_[at(s)] > last_[at(s)]) continue;
      const auto bytes = own_bytes(slot);
      if (!bytes) return too_large(slot.name, "more than 2^63");
      blocks.push_back({static_cast<std::size_t>(*bytes), first_[at(s)], last_[at(s)]});
      owner.push_back(s);
    }
    for (SlotId s = 0; s < std::ssize(program_.slots); ++s) place(s);
    const std::size_t slots = blocks.size();
    for (std::size_t s = 0; s < program_.tasks.size(); ++s)
      blocks.push_back({program_.tasks[s]->scratch_bytes(plan_.placed, threads_), s, s});
    plan_.arena_bytes = place_blocks(blocks);
    if (plan_.arena_bytes > limits().live_bytes) return too_large("", std::to_string(plan_.arena_bytes));
    plan_.lower_bound = most_alive(blocks);
    for (std::size_t i = 0; i < slots; ++i) {
      base_[at(owner[i])] = blocks[i].offset;
      plan_.without_reuse += blocks[i].bytes;
    }
    for (std::size_t s = 0; s < program_.tasks.size(); ++s) plan_.scratch.push_back(blocks[slots + s].offset);
    for (SlotId s = 0; s < std::ssize(program_.slots); ++s)
      if (plan_.placed[at(s)].home == Home::arena) plan_.placed[at(s)].offset += base_[at(roots_.of(s))];
    return std::move(plan_);
  }

 private:
  static Error too_large(std::string_view value, std::string found) {
    Error error =
        make_error(Code::limit, fmt::format("at most {} bytes of values at once", limits().live_bytes), found);
    if (!value.empty()) error.at_slot("value '" + std::string(value) + "'");
    return error;
  }

  // From the first task that writes to the last that reads, by outermost slot.
  void lives() {
    const std::size_t tasks = program_.tasks.size();
    first_.assign(program_.slots.size(), tasks + 1);
    last_.assign(program_.slots.size(), 0);
    base_.assign(program_.slots.size(), 0);
    for (std::size_t s = 0; s < tasks; ++s) {
      for (const SlotId slot : program_.tasks[s]->writes) {
        auto& first = first_[at(roots_.of(slot))];
        first = std::min(first, s);
        last_[at(roots_.of(slot))] = s;
      }
      for (const SlotId slot : program_.tasks[s]->reads) last_[at(roots_.of(slot))] = s;
    }
    for (const SlotId slot : program_.outputs) last_[at(roots_.of(slot))] = tasks;
    plan_.clears.resize(tasks);
    plan_.releases.resize(tasks);
    for (SlotId s = 0; s < std::ssize(program_.slots); ++s) {
      const Slot& slot = program_.slot(s);
      if (slot.inside != kNoSlot || first_[at(s)] >= tasks) continue;
      if (slot.home == Home::arena && slot.form == Form::picture && !(slot.border == Border{}))
        plan_.clears[first_[at(s)]].push_back(s);
      if (slot.home == Home::held && last_[at(s)] < tasks) plan_.releases[last_[at(s)]].push_back(slot.place);
    }
  }

  static std::optional<std::int64_t> own_bytes(const Slot& slot) {
    if (slot.form == Form::plain) {
      const auto bytes = byte_size(slot.dtype, slot.shape);
      return bytes && *bytes < (std::uint64_t{1} << 62) ? std::optional(static_cast<std::int64_t>(*bytes))
                                                        : std::nullopt;
    }
    const Border& b = slot.border;
    const std::int64_t sizes[] = {slot.shape[0], slot.shape[1] + b.top + b.bottom, slot.shape[2] + b.left + b.right,
                                  padded_channels(slot.shape[3]), static_cast<std::int64_t>(kFloat)};
    const auto bytes = checked_product(sizes);
    return bytes ? checked_add<std::int64_t>(*bytes, kSlack) : std::nullopt;
  }

  // The slot and those around it, the outermost first.
  void place(SlotId id) {
    std::vector<SlotId> chain;
    for (; id != kNoSlot && !done_[at(id)]; id = program_.slot(id).inside) chain.push_back(id);
    for (; !chain.empty(); chain.pop_back()) place_one(chain.back());
  }

  // Home, strides and the offset from the start of the outermost slot.
  void place_one(SlotId id) {
    done_[at(id)] = 1;
    const Slot& slot = program_.slot(id);
    Placed& p = plan_.placed[at(id)];
    p.form = slot.form;
    p.dtype = slot.dtype;
    p.shape = slot.shape;
    p.sized = slot.sized;
    p.place = slot.place;
    p.home = slot.home;
    p.bytes = slot.form == Form::plain && slot.sized
                  ? static_cast<std::size_t>(byte_size(slot.dtype, slot.shape).value_or(0))
                  : 0;
    if (slot.home == Home::constant) p.fixed = elements(slot.constant);
    if (slot.inside != kNoSlot) {
      const Placed& outer = plan_.placed[at(slot.inside)];
      p.home = outer.home;
      p.place = outer.place;
      p.fixed = outer.fixed;
      p.offset = outer.offset + static_cast<std::size_t>(slot.first_channel) * kFloat;
    }
    if (slot.form == Form::picture) place_picture(slot, p);
  }

  void place_picture(const Slot& slot, Placed& p) {
    const Placed* outer = slot.inside == kNoSlot ? nullptr : &plan_.placed[at(slot.inside)];
    p.view = {.n = slot.shape[0], .h = slot.shape[1], .w = slot.shape[2], .c = slot.shape[3]};
    const bool same = outer && outer->form == Form::picture && outer->shape[0] == slot.shape[0] &&
                      outer->shape[1] == slot.shape[1] && outer->shape[2] == slot.shape[2];
    p.border = same ? outer->border : outer ? Border{} : slot.border;
    p.view.stride_w = !outer                         ? padded_channels(slot.shape[3])
                      : outer->form == Form::picture ? outer->view.stride_w
                                                     : slot.shape[3];
    p.view.stride_h = same ? outer->view.stride_h : (slot.shape[2] + p.border.left + p.border.right) * p.view.stride_w;
    p.view.stride_n = same ? outer->view.stride_n : (slot.shape[1] + p.border.top + p.border.bottom) * p.view.stride_h;
    if (!outer) p.padding = padded_channels(slot.shape[3]) - slot.shape[3];
    else if (same && slot.first_channel + slot.shape[3] == outer->shape[3]) p.padding = outer->padding;
    if (!outer)
      p.offset = static_cast<std::size_t>(p.border.top * p.view.stride_h + p.border.left * p.view.stride_w) * kFloat;
  }

  const Program& program_;
  Roots roots_;
  int threads_;
  MemoryPlan plan_;
  std::vector<std::size_t> first_, last_, base_;
  std::vector<char> done_;
};

}  // namespace

Result<MemoryPlan> plan_memory(const Program& program, int threads) { return Planner(program, threads).plan(); }

}  // namespace dlas::compiler
