// A progress line on standard error, only when that is a terminal. Silent everywhere else.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace dlas {

class Progress {
 public:
  Progress(std::string task, std::int64_t total);  // "images", 1000
  ~Progress();                                     // clears the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void advance(std::int64_t by = 1);  // from any thread

 private:
  void draw(std::int64_t done);
  std::string task_;
  std::int64_t total_;
  std::atomic<std::int64_t> done_{0};
  std::chrono::steady_clock::time_point start_, drawn_;
  std::mutex mutex_;
  bool visible_;
};

}  // namespace dlas
