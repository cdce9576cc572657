#include "compiler/runtime/team.h"

#include <algorithm>
#include <system_error>

namespace dlas::compiler {
namespace {

// About a tenth of a millisecond: longer than the serial part between two kernels, shorter than what others would miss.
constexpr int kSpins = 4000;

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

// Until the value is no longer `old`.
std::uint32_t await_change(const std::atomic<std::uint32_t>& value, std::uint32_t old) {
  for (int i = 0; i < kSpins; ++i) {
    if (const std::uint32_t now = value.load(std::memory_order_acquire); now != old) return now;
    pause();
  }
  value.wait(old, std::memory_order_acquire);
  return value.load(std::memory_order_acquire);
}

}  // namespace

Team::Team(int threads) {
  loop_ = [this](std::int64_t n, const std::function<void(std::int64_t)>& body) { run(n, body); };
  workers_.reserve(static_cast<std::size_t>(std::max(threads, 1)));
  try {
    for (int t = 1; t < threads; ++t) workers_.emplace_back([this, t] { work(t); });
  } catch (const std::system_error&) {  // those that run share the work
  }
}

Team::~Team() {
  ends_ = true;
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void Team::share(int thread) const {
  const std::int64_t all = this->threads();
  const std::int64_t part = n_ / all, rest = n_ % all;  // n t / T without overflow
  const auto start = [&](std::int64_t t) { return part * t + rest * t / all; };
  for (std::int64_t i = start(thread), end = start(thread + 1); i < end; ++i) (*body_)(i);
}

void Team::work(int thread) {
  std::uint32_t seen = 0;
  for (;;) {
    seen = await_change(round_, seen);
    if (ends_) return;
    share(thread);
    if (pending_.fetch_sub(1, std::memory_order_acq_rel) == 1) pending_.notify_all();
  }
}

void Team::run(std::int64_t n, const std::function<void(std::int64_t)>& body) {
  if (workers_.empty() || n < 2) {
    for (std::int64_t i = 0; i < n; ++i) body(i);
    return;
  }
  n_ = n;
  body_ = &body;
  pending_.store(static_cast<std::uint32_t>(workers_.size()), std::memory_order_relaxed);
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  share(0);
  for (std::uint32_t left = pending_.load(std::memory_order_acquire); left != 0;) left = await_change(pending_, left);
}

}  // namespace dlas::compiler
