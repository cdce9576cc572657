// A fixed number of threads that share loops. They wait for the next loop by spinning for a moment, then asleep.
//
// A loop's items are cut into one share a thread, in order, so that a thread meets the rows again that it wrote in the loop before.
// Who is done early takes items from the back of other shares: nobody waits for a thread that sleeps or that the system has put
// aside. Which thread computes an item never changes what it computes.
//
// Threads: one caller at a time. Owns: its threads, until it is destroyed.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
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
  // Calls body(i) once for each i in [0, n). Returns when all are done.
  void run(std::int64_t n, const std::function<void(std::int64_t)>& body);
  const algorithm::Loop& loop() const { return loop_; }

 private:
  struct alignas(64) Share {
    // Blocks that nobody has taken yet: [first, last) of a loop, packed into one word with the number of the loop.
    std::atomic<std::uint64_t> word{0};
    std::atomic<int> core{-1};  // where its thread was seen last
  };

  void work(std::size_t own);
  bool help(std::size_t own);
  void take_from(Share& share, bool own);
  void compute(std::int64_t block) const;
  void keep_apart(std::size_t own);

  std::atomic<std::uint32_t> round_{0};  // of the newest loop
  std::atomic<std::uint32_t> left_{0};   // blocks of it that are not finished
  std::atomic<bool> ends_{false};
  std::int64_t n_ = 0, block_ = 1;  // items, and items a block
  const std::function<void(std::int64_t)>* body_ = nullptr;
  algorithm::Loop loop_;
  std::unique_ptr<Share[]> shares_;
  std::size_t count_ = 1;  // of shares
  std::vector<std::thread> workers_;
};

}  // namespace dlas::compiler
