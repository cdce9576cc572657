#include "compiler/runtime/team.h"

#include <algorithm>
#include <system_error>

#include "compiler/runtime/core.h"

namespace dlas::compiler {
namespace {

// Some tenths of a millisecond: longer than the serial part between two kernels, shorter than what others would miss.
constexpr int kSpins = 10'000;

// The word of a share: 24 bits for the loop's number, 20 each for the first and the last block. The number keeps a slow thread
// from taking a block of a later loop for the one that it looked at.
constexpr int kBits = 20;
constexpr std::uint64_t kMask = (std::uint64_t{1} << kBits) - 1;
constexpr std::int64_t kMostBlocks = static_cast<std::int64_t>(kMask);

constexpr std::uint64_t packed(std::uint64_t round, std::uint64_t first, std::uint64_t last) {
  return round << (2 * kBits) | first << kBits | last;
}
constexpr std::uint64_t first_of(std::uint64_t word) { return word >> kBits & kMask; }
constexpr std::uint64_t last_of(std::uint64_t word) { return word & kMask; }

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

// Until the value is no longer `old`.
void await_change(const std::atomic<std::uint32_t>& value, std::uint32_t old) {
  for (int i = 0; i < kSpins; ++i) {
    if (value.load(std::memory_order_acquire) != old) return;
    pause();
  }
  value.wait(old, std::memory_order_acquire);
}

}  // namespace

Team::Team(int threads) {
  loop_ = [this](std::int64_t n, const std::function<void(std::int64_t)>& body) { run(n, body); };
  count_ = static_cast<std::size_t>(std::max(threads, 1));
  shares_ = std::make_unique<Share[]>(count_);
  workers_.reserve(count_ - 1);
  try {
    for (std::size_t t = 1; t < count_; ++t) workers_.emplace_back([this, t] { work(t); });
  } catch (const std::system_error&) {  // those that run do the work of the others
  }
}

Team::~Team() {
  ends_ = true;
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void Team::compute(std::int64_t block) const {
  for (std::int64_t i = block * block_, end = std::min(n_, i + block_); i < end; ++i) (*body_)(i);
}

// Blocks of a share until it is empty: the owner takes the first one, others the last.
void Team::take_from(Share& share, bool own) {
  std::uint64_t word = share.word.load(std::memory_order_acquire);
  for (;;) {
    const std::uint64_t first = first_of(word), last = last_of(word);
    if (first >= last) return;
    const std::uint64_t rest = own ? word + (std::uint64_t{1} << kBits) : word - 1;
    if (!share.word.compare_exchange_weak(word, rest, std::memory_order_acq_rel, std::memory_order_acquire)) continue;
    compute(static_cast<std::int64_t>(own ? first : last - 1));
    if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) left_.notify_all();
    word = share.word.load(std::memory_order_acquire);
  }
}

// All that can be taken, one's own share first.
bool Team::help(std::size_t own) {
  for (std::size_t k = 0; k < count_; ++k) take_from(shares_[(own + k) % count_], k == 0);
  return left_.load(std::memory_order_acquire) == 0;
}

// Leaves a core on which a thread with a lower number runs.
void Team::keep_apart(std::size_t own) {
  const int core = current_core();
  shares_[own].core.store(core, std::memory_order_relaxed);
  bool alone = core < 0;
  for (std::size_t t = 0; t < own && !alone; ++t)
    if (shares_[t].core.load(std::memory_order_relaxed) == core) break;
    else alone = t + 1 == own;
  if (alone) return;
  std::vector<int> taken(own);
  for (std::size_t t = 0; t < own; ++t) taken[t] = shares_[t].core.load(std::memory_order_relaxed);
  leave_cores(taken);
}

void Team::work(std::size_t own) {
  std::uint32_t seen = 0;
  for (;;) {
    await_change(round_, seen);
    seen = round_.load(std::memory_order_acquire);
    if (ends_) return;
    keep_apart(own);
    help(own);
  }
}

void Team::run(std::int64_t n, const std::function<void(std::int64_t)>& body) {
  if (workers_.empty() || n < 2) {
    for (std::int64_t i = 0; i < n; ++i) body(i);
    return;
  }
  shares_[0].core.store(current_core(), std::memory_order_relaxed);
  n_ = n;
  block_ = (n - 1) / kMostBlocks + 1;
  body_ = &body;
  const std::uint64_t blocks = static_cast<std::uint64_t>((n - 1) / block_ + 1), part = blocks / count_;
  const std::uint64_t rest = blocks % count_, round = round_.load(std::memory_order_relaxed) + 1;
  left_.store(static_cast<std::uint32_t>(blocks), std::memory_order_relaxed);
  for (std::uint64_t t = 0, first = 0; t < count_; ++t) {
    const std::uint64_t last = first + part + (t < rest ? 1 : 0);
    shares_[t].word.store(packed(round, first, last), std::memory_order_release);
    first = last;
  }
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  for (bool done = help(0); !done;) {
    const std::uint32_t left = left_.load(std::memory_order_acquire);
    if ((done = left == 0)) break;
    await_change(left_, left);
  }
}

}  // namespace dlas::compiler
