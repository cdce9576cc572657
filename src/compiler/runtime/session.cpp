#include "compiler/runtime/session.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "base/threads.h"

namespace dlas::compiler {
namespace {

std::byte* take_memory(std::size_t bytes) {
  const std::size_t rounded = (std::max<std::size_t>(bytes, 1) + kAlignment - 1) / kAlignment * kAlignment;
  return static_cast<std::byte*>(std::aligned_alloc(kAlignment, rounded));
}

}  // namespace

Session::Session(const Planned& planned, int threads, Traits traits)
    : planned_(planned), threads_(threads), team_(threads), arena_(take_memory(planned.memory.arena_bytes)) {
  // Padding is read as if it were numbers: it starts as zeros, not as what somebody else left there.
  if (arena_) std::memset(arena_.get(), 0, planned.memory.arena_bytes);
  frame_.placed = planned_.memory.placed;
  frame_.arena = arena_.get();
  frame_.held.resize(planned_.program.held);
  frame_.loop = &team_.loop();
  frame_.traits = traits;
}

// Zeros around the picture, whose memory held something else before.
void Session::clear_border(SlotId picture) const {
  const Placed& p = frame_.at(picture);
  const auto& b = p.border;
  auto* data = reinterpret_cast<float*>(frame_.bytes(picture));
  const auto pixel = static_cast<std::size_t>(p.view.stride_w);
  const std::int64_t row = p.view.w + b.left + b.right;
  for (std::int64_t n = 0; n < p.view.n; ++n) {
    float* first = data + n * p.view.stride_n - b.left * p.view.stride_w;
    const auto zero = [&](std::int64_t y, std::int64_t x, std::int64_t pixels) {
      std::memset(first + y * p.view.stride_h + x * p.view.stride_w, 0,
                  static_cast<std::size_t>(pixels) * pixel * sizeof(float));
    };
    for (std::int64_t y = -b.top; y < p.view.h + b.bottom; ++y) {
      if (y < 0 || y >= p.view.h) zero(y, 0, row);
      else if (b.left > 0) zero(y, 0, b.left);
      if (y >= 0 && y < p.view.h && b.right > 0) zero(y, b.left + p.view.w, b.right);
    }
  }
}

Status Session::run_tasks(Times* times) {
  const Program& program = planned_.program;
  const MemoryPlan& memory = planned_.memory;
  for (std::size_t s = 0; s < program.tasks.size(); ++s) {
    if (stop_requested()) return make_error(Code::cancelled, "", "stopped by the user");
    const auto start = times ? std::chrono::steady_clock::now() : std::chrono::steady_clock::time_point();
    for (const SlotId slot : memory.clears[s]) clear_border(slot);
    frame_.scratch = arena_.get() + memory.scratch[s];
    DLAS_TRY(program.tasks[s]->run(frame_));
    for (const std::size_t held : memory.releases[s]) {
      const auto bytes = static_cast<std::uint64_t>(frame_.held[held].bytes().size());
      frame_.usage.live_bytes -= std::min(frame_.usage.live_bytes, bytes);
      frame_.held[held] = Tensor();
    }
    if (times) (*times)[s] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  return {};
}

Result<std::vector<Tensor>> Session::outputs() const {
  std::vector<Tensor> out;
  for (const SlotId slot : planned_.program.outputs) {
    const Placed& p = frame_.at(slot);
    Tensor tensor = planned_.program.slot(slot).constant;
    if (tensor.absent()) tensor = frame_.tensor(slot);
    // What lies in the arena, or in a constant that the program owns, goes with the caller as a copy.
    if (p.home == Home::arena || (p.home == Home::constant && planned_.program.slot(slot).constant.absent())) {
      DLAS_ASSIGN(Tensor own, Tensor::zeros(p.dtype, p.shape));
      std::ranges::copy(tensor.bytes(), own.mutable_bytes().begin());
      tensor = std::move(own);
    }
    out.push_back(std::move(tensor));
  }
  return out;
}

Result<std::vector<Tensor>> Session::run(std::span<const Tensor> inputs, Times* times) {
  if (!arena_)
    return make_error(Code::limit, "memory for the values of a run",
                      std::to_string(planned_.memory.arena_bytes) + " bytes that the system does not give");
  frame_.inputs = inputs;
  frame_.usage = {};
  if (times) times->assign(planned_.program.tasks.size(), 0);
  const Status done = run_tasks(times);
  Result<std::vector<Tensor>> out = done.ok() ? outputs() : Result<std::vector<Tensor>>(done.error());
  std::ranges::fill(frame_.held, Tensor());
  frame_.inputs = {};
  return out;
}

std::unique_ptr<Session> Sessions::take(int threads) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(idle_, threads, [](const auto& s) { return s->threads(); });
    if (found != idle_.end()) {
      auto session = std::move(*found);
      idle_.erase(found);
      return session;
    }
  }
  return std::make_unique<Session>(planned_, threads, traits_);
}

Result<std::vector<Tensor>> Sessions::run(std::span<const Tensor> inputs, int threads, Times* times) {
  auto session = take(threads);
  auto out = session->run(inputs, times);
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(session));
  return out;
}

}  // namespace dlas::compiler
