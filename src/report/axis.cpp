#include "report/axis.h"

#include <algorithm>
#include <cmath>

namespace dlas::report {
namespace {

constexpr double kBand = 24;  // height of the lines for zero and for infinity
constexpr int kMostTicks = 7;

}  // namespace

LogAxis::LogAxis(const std::vector<double>& numbers, double top, double bottom)
    : top_(top), bottom_(bottom), first_(top), last_(bottom) {
  bool any = false;
  for (const double number : numbers) {
    has_zero_ = has_zero_ || number <= 0;
    has_infinity_ = has_infinity_ || !std::isfinite(number);
    if (!std::isfinite(number) || !(number > 0)) continue;
    const int down = static_cast<int>(std::floor(std::log10(number))),
              up = static_cast<int>(std::ceil(std::log10(number)));
    lowest_ = any ? std::min(lowest_, down) : down;
    highest_ = any ? std::max(highest_, up) : up;
    any = true;
  }
  if (highest_ <= lowest_) highest_ = lowest_ + 1;
  if (has_infinity_) first_ += kBand;
  if (has_zero_) last_ -= kBand;
}

double LogAxis::y(double number) const {
  if (!std::isfinite(number)) return top_;
  if (!(number > 0)) return bottom_;
  return first_ + (highest_ - std::log10(number)) / (highest_ - lowest_) * (last_ - first_);
}

std::vector<int> LogAxis::ticks() const {
  const int step = (highest_ - lowest_) / kMostTicks + 1;
  std::vector<int> out;
  for (int power = highest_; power >= lowest_; power -= step) out.push_back(power);
  return out;
}

std::vector<std::size_t> position_ticks(std::size_t count, std::size_t most) {
  std::size_t step = 1;
  for (std::size_t unit = 1; count / step >= most; unit *= 10)
    for (const std::size_t factor : {1U, 2U, 5U})
      if (count / step >= most) step = unit * factor;
  std::vector<std::size_t> out;
  if (count > 0) out.push_back(0);
  for (std::size_t at = std::max<std::size_t>(step, 2); at <= count; at += step) out.push_back(at - 1);
  return out;
}

}  // namespace dlas::report
