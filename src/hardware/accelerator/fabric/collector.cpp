#include "hardware/accelerator/fabric/collector.h"

#include <algorithm>

namespace dlas::accelerator {

void Collector::sort_new() {
  if (sorted_ == arrivals_.size()) return;
  if (next_ > 0) {
    arrivals_.erase(arrivals_.begin(), arrivals_.begin() + static_cast<std::ptrdiff_t>(next_));
    sorted_ -= next_;
    next_ = 0;
  }
  std::ranges::sort(arrivals_, {}, &Arrival::at);
  sorted_ = arrivals_.size();
}

// Cycle now_: the buffer takes what the lines delivered in the cycle before, then the lines deliver.
void Collector::cycle() {
  queue_ += delivered_;
  const std::int64_t taken = wide_ ? queue_ : (queue_ + 1) / 2;
  queue_ -= taken;
  counted_ += taken;
  for (; next_ < sorted_ && arrivals_[next_].at <= now_; ++next_) {
    const std::int32_t line = arrivals_[next_].line;
    if (waiting_[static_cast<std::size_t>(line)]++ == 0) busy_.push_back(line);
  }
  delivered_ = static_cast<std::int64_t>(busy_.size());
  std::erase_if(busy_, [&](std::int32_t line) { return --waiting_[static_cast<std::size_t>(line)] == 0; });
}

std::int64_t Collector::count_to(std::int64_t target) {
  sort_new();
  while (counted_ < target) {
    ++now_;
    if (queue_ == 0 && delivered_ == 0 && busy_.empty() && next_ < sorted_ && arrivals_[next_].at > now_)
      now_ = arrivals_[next_].at;
    cycle();
  }
  return now_;
}

}  // namespace dlas::accelerator
