#include "model/op/element_order.h"

#include <cmath>

namespace dlas::op {

int compared(const Tensor& tensor, std::int64_t a, std::int64_t b) {
  return for_any(tensor.dtype(), [&]<typename T>() {
    const T x = tensor.as<T>()[static_cast<std::size_t>(a)], y = tensor.as<T>()[static_cast<std::size_t>(b)];
    if constexpr (is_real_v<T>) {
      const bool nx = std::isnan(static_cast<double>(x)), ny = std::isnan(static_cast<double>(y));
      if (nx || ny) return static_cast<int>(nx) - static_cast<int>(ny);
    }
    return static_cast<int>(x > y) - static_cast<int>(x < y);
  });
}

}  // namespace dlas::op
