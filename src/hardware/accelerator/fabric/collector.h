// Output lines and the queue at the global buffer, as far as time goes: from when results reach their lines to when they are counted.
// A line hands over one result a cycle; of n waiting at the buffer half, rounded up, are counted in a cycle.
#pragma once

#include <cstdint>
#include <vector>

namespace dlas::accelerator {

class Collector {
 public:
  // `wide`: all that waits is counted at once.
  Collector(std::int64_t lines, bool wide) : wide_(wide), waiting_(static_cast<std::size_t>(lines)) {}

  // A result that reaches its line in cycle `at`, in any order, though never before a cycle that `count_to` has passed.
  void add(std::int64_t at, std::int64_t line) { arrivals_.push_back({at, static_cast<std::int32_t>(line)}); }

  // The cycle in which the total of counted results reaches `target`. REQUIRES: so many have been added.
  std::int64_t count_to(std::int64_t target);
  std::int64_t counted() const { return counted_; }

 private:
  struct Arrival {
    std::int64_t at;
    std::int32_t line;
  };
  void sort_new();
  void cycle();

  bool wide_;
  std::vector<Arrival> arrivals_;  // sorted from next_ to sorted_
  std::size_t next_ = 0, sorted_ = 0;
  std::vector<std::int64_t> waiting_;  // per line
  std::vector<std::int32_t> busy_;     // lines with something
  std::int64_t now_ = 0, delivered_ = 0, queue_ = 0, counted_ = 0;
};

}  // namespace dlas::accelerator
