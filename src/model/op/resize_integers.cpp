#include "model/op/resize_integers.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace dlas::op {
namespace {

// Two neighbours along an axis. `of_low` and `of_high` are their weights.
struct Pair {
  std::int64_t low, high;
  float of_low, of_high;
};

std::vector<Pair> pairs(std::span<const float> places, std::int64_t size) {
  std::vector<Pair> out;
  for (const float place : places) {
    const float at = std::clamp(place, 0.0F, static_cast<float>(size - 1));
    const std::int64_t low = std::min(static_cast<std::int64_t>(at), size - 1), high = std::min(low + 1, size - 1);
    const bool edge = low == high;
    out.push_back({low, high, edge ? 0.5F : std::fabs(at - static_cast<float>(high)),
                   edge ? 0.5F : std::fabs(at - static_cast<float>(low))});
  }
  return out;
}

// Toward zero. float32 may have rounded the largest integers up to a number that the type does not hold.
template <typename T>
T cut(float x) {
  if (x >= std::ldexp(1.0F, std::numeric_limits<T>::digits)) return std::numeric_limits<T>::max();
  if (x <= static_cast<float>(std::numeric_limits<T>::lowest())) return std::numeric_limits<T>::lowest();
  return static_cast<T>(x);
}

}  // namespace

void resize_integers(const Tensor& x, std::span<const float> rows, std::span<const float> columns, Tensor& y) {
  const Shape& shape = x.shape();
  const std::int64_t height = shape[shape.size() - 2], width = shape[shape.size() - 1];
  const std::int64_t planes = x.count() / (height * width);
  const std::vector<Pair> down = pairs(rows, height), across = pairs(columns, width);
  for_int(x.dtype(), [&]<typename T>() {
    const T* plane = x.as<T>().data();
    T* out = y.mutable_as<T>().data();
    for (std::int64_t p = 0; p < planes; ++p, plane += height * width)
      for (const Pair& r : down)
        for (const Pair& c : across) {
          const auto at = [&](std::int64_t row, std::int64_t column) {
            return static_cast<float>(plane[row * width + column]);
          };
          const float sum = c.of_low * r.of_low * at(r.low, c.low) + c.of_high * r.of_low * at(r.low, c.high) +
                            c.of_low * r.of_high * at(r.high, c.low) + c.of_high * r.of_high * at(r.high, c.high);
          *out++ = cut<T>(sum);
        }
  });
}

}  // namespace dlas::op
