// A fixed number of threads that share loops. They wait for the next loop by spinning for a moment, then asleep.
//
// Each thread has a fixed share of a loop, so what a run computes and in which order depends on nothing but the sizes.
// Threads: one caller at a time. Owns: its threads, until it is destroyed.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

#include "algorithm/kernel.h"

namespace dlas::compiler {

class Team {
 public:
  // The caller is one of them. Fewer where the system gives no more; results do not depend on their number.
  explicit Team(int threads);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }
  // Calls body(i) for each i in [0, n); thread t of T has [n t / T, n (t + 1) / T). Returns when all are done.
  void run(std::int64_t n, const std::function<void(std::int64_t)>& body);
  const algorithm::Loop& loop() const { return loop_; }

 private:
  void work(int thread);
  void share(int thread) const;

  std::atomic<std::uint32_t> round_{0};    // of the loop that runs
  std::atomic<std::uint32_t> pending_{0};  // threads that have not finished it
  std::atomic<bool> ends_{false};
  std::int64_t n_ = 0;
  const std::function<void(std::int64_t)>* body_ = nullptr;
  algorithm::Loop loop_;
  std::vector<std::thread> workers_;
};

}  // namespace dlas::compiler
