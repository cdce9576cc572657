#include "base/threads.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace dlas {
namespace {

std::atomic<int> chosen{0};
std::atomic<bool> stopping{false};
thread_local bool inside = false;

}  // namespace

void set_threads(int threads) { chosen = std::clamp(threads, 1, 1024); }

int threads() {
  const int n = chosen;
  return n ? n : static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 1024U));
}

void parallel_for(std::int64_t n, const std::function<void(std::int64_t)>& body, const std::function<bool()>& stop) {
  std::atomic<std::int64_t> next{0};
  const auto work = [&] {
    const bool outer = inside;
    inside = true;
    for (std::int64_t i; (i = next.fetch_add(1)) < n;) {
      if (stop && stop()) break;
      body(i);
    }
    inside = outer;
  };
  const int workers = inside ? 1 : static_cast<int>(std::min<std::int64_t>(threads(), n));
  std::vector<std::jthread> pool;
  for (int i = 1; i < workers; ++i) pool.emplace_back(work);
  work();
}

bool inside_parallel_for() { return inside; }

bool stop_requested() { return stopping.load(std::memory_order_relaxed); }
void request_stop() { stopping = true; }

}  // namespace dlas
