// Conversion of elements; the rules stand in convert_elements.h.
#include "model/op/convert_elements.h"

#include <cmath>
#include <limits>

namespace dlas::op {
namespace {

template <typename I>
I cut(double x) {  // as cvttsd2si: the lowest value beyond the range and for NaN
  constexpr double kEnd = sizeof(I) == 4 ? 0x1p31 : 0x1p63;
  const double whole = std::trunc(x);
  return whole >= -kEnd && whole < kEnd ? static_cast<I>(whole) : std::numeric_limits<I>::min();
}

template <typename To, typename From>
To converted(From x) {
  if constexpr (std::is_same_v<To, bool>) {
    if constexpr (is_real_v<From>) return static_cast<double>(x) != 0;
    else return x != From{0};
  } else if constexpr (!is_real_v<From>) {
    return static_cast<To>(x);
  } else if constexpr (is_real_v<To>) {
    return static_cast<To>(static_cast<double>(x));
  } else {
    const auto wide = static_cast<double>(x);
    if constexpr (std::is_same_v<To, std::uint64_t>)
      if (wide >= 0x1p63 && wide < 0x1p64) return static_cast<To>(wide);
    if constexpr (sizeof(To) < 4 || std::is_same_v<To, std::int32_t>) return static_cast<To>(cut<std::int32_t>(wide));
    else return static_cast<To>(cut<std::int64_t>(wide));
  }
}

}  // namespace

void convert_elements(const Tensor& in, Tensor& out) {
  const DType to = out.dtype();
  Tensor wide = is_packed(to) ? Tensor::make(to == DType::i4 ? DType::i8 : DType::u8, out.shape()) : Tensor();
  Tensor& result = is_packed(to) ? wide : out;
  const Tensor source = in.widened();
  for_any(source.dtype(), [&]<typename From>() {
    for_any(result.dtype(), [&]<typename To>() {
      const auto x = source.as<From>();
      const auto y = result.mutable_as<To>();
      for (std::size_t i = 0; i < x.size(); ++i) y[i] = converted<To>(x[i]);
    });
  });
  if (is_packed(to)) out = wide.packed(to);
}

}  // namespace dlas::op
