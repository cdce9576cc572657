// A logarithmic axis for errors that reach from nothing to infinity.
#pragma once

#include <string>
#include <vector>

namespace dlas::report {

// Whole powers of ten around the finite positive numbers; 0 and less lie on a line of their own below, infinity on one above.
class LogAxis {
 public:
  // REQUIRES: top < bottom, as y grows downwards.
  LogAxis(const std::vector<double>& numbers, double top, double bottom);
  double y(double number) const;   // NaN lies with infinity
  std::vector<int> ticks() const;  // powers of ten, at most seven
  bool has_zero() const { return has_zero_; }
  bool has_infinity() const { return has_infinity_; }
  double zero_y() const { return bottom_; }
  double infinity_y() const { return top_; }

 private:
  int lowest_ = -6, highest_ = 0;  // powers of ten
  bool has_zero_ = false, has_infinity_ = false;
  double top_, bottom_, first_, last_;  // first_, last_: where the powers begin and end
};

// The first, the fifth, the tenth, ... of `count` things as positions from 0; at most `most` and one.
std::vector<std::size_t> position_ticks(std::size_t count, std::size_t most);

}  // namespace dlas::report
