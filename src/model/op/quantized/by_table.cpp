// A function of an 8-bit unit has 256 values: they are worked out once, in float32.
#include <array>
#include <cmath>

#include "model/op/quantized/elementwise.h"

namespace dlas::op::quantized {

void by_table(const Input& x, Function function, Output& y) {
  const Range range = range_of(y.tensor->dtype());
  const float inverse = 1 / y.scale;
  for_quantized(y.tensor->dtype(), [&]<typename T>() {
    std::array<T, 256> table{};
    for (std::int32_t q = range.low; q <= range.high && sizeof(T) == 1; ++q) {
      const float real = x.scale() * static_cast<float>(q - x.zero);
      const float unit = std::round(function(real) * inverse) + static_cast<float>(y.zero);
      const float limited = std::clamp(unit, static_cast<float>(range.low), static_cast<float>(range.high));
      table[static_cast<std::uint8_t>(q)] = static_cast<T>(std::isnan(unit) ? 0 : limited);
    }
    std::ranges::transform(x.tensor->as<T>(), y.tensor->mutable_as<T>().begin(),
                           [&](T q) { return table[static_cast<std::uint8_t>(q)]; });
  });
}

}  // namespace dlas::op::quantized
