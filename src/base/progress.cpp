#include "base/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

namespace dlas {

Progress::Progress(std::string task, std::int64_t total)
    : task_(std::move(task)),
      total_(total),
      start_(std::chrono::steady_clock::now()),
      drawn_(start_),
      visible_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (visible_) fmt::print(stderr, "\r\x1b[K");
}

void Progress::advance(std::int64_t by) {
  const std::int64_t done = done_.fetch_add(by) + by;
  if (!visible_) return;
  const std::scoped_lock lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (now - drawn_ < std::chrono::milliseconds(100)) return;
  drawn_ = now;
  draw(done);
}

void Progress::draw(std::int64_t done) {
  const double seconds = std::chrono::duration<double>(drawn_ - start_).count();
  const double left = done > 0 ? seconds * static_cast<double>(total_ - done) / static_cast<double>(done) : 0;
  fmt::print(stderr, "\r\x1b[K{}: {} of {}, {:.0f} s left", task_, done, total_, left);
  std::fflush(stderr);
}

}  // namespace dlas
