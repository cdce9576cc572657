// Pow: base to the power exponent, broadcast; the result has the type of the base.         ONNX Pow, opset 15
// Types may differ. An integer base with an integer exponent is computed modulo 2^bits; a negative exponent then gives
// 1/base cut to an integer (0 for all but 1 and -1), and of base 0 it is an error. A float exponent of an integer base is
// computed in float64, cut toward zero and limited to the range of the type.
#include <cmath>
#include <limits>

#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Result<Types> infer(const Site& site, const Types& in) {
  for (std::size_t slot : {0U, 1U}) DLAS_TRY(check_member(site, in, slot, kNumbers, false));
  DLAS_ASSIGN(auto dims, broadcast_inputs(site, in));
  return Types{Type(in[0].dtype, std::move(dims))};
}

template <typename T>
T integer_power(T base, std::int64_t exponent) {
  if (exponent < 0) {
    if (base == T{1}) return base;
    if constexpr (std::is_signed_v<T>) {
      if (base == T{-1}) return exponent % 2 ? base : T{1};
    }
    return T{0};
  }
  T result{1};
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2) result = wrapped_mul(result, base);
    base = wrapped_mul(base, base);
  }
  return result;
}

template <typename T>
T limited(double x) {
  if (std::isnan(x)) return T{0};
  if (x >= std::ldexp(1.0, std::numeric_limits<T>::digits)) return std::numeric_limits<T>::max();
  if (x <= static_cast<double>(std::numeric_limits<T>::lowest())) return std::numeric_limits<T>::lowest();
  return static_cast<T>(x);
}

// x and e: one pair of elements.
template <typename T>
T power(T x, const Tensor& exponents, std::int64_t e) {
  if constexpr (is_real_v<T>) return static_cast<T>(std::pow(static_cast<double>(x), exponents.number(e)));
  else if (is_float(exponents.dtype())) return limited<T>(std::pow(static_cast<double>(x), exponents.number(e)));
  else return integer_power(x, exponents.integer(e));
}

Status run(const Call& call) {
  const Tensor& base = call.in[0];
  const Tensor& exponent = call.in[1];
  if (call.in_types[0].quantized() || call.in_types[1].quantized()) return no_such_kernel(call);
  bool zero_division = false;
  for_number(base.dtype(), [&]<typename T>() {
    const auto x = base.as<T>();
    const auto y = call.out[0].mutable_as<T>();
    for_pairs(base, exponent, call.out[0].shape(), [&](std::int64_t i, std::int64_t p, std::int64_t q) {
      if constexpr (std::integral<T>)
        if (x[p] == T{0} && is_int(exponent.dtype()) && exponent.number(q) < 0) zero_division = true;
      y[i] = power(x[p], exponent, q);
    });
  });
  if (zero_division)
    return call.site.wrong_input(1, "exponents from 0 up where the integer base is 0", "a negative one");
  return {};
}

}  // namespace

const Op pow = {.name = "Pow", .inputs = "x y", .outputs = "z", .infer = infer, .run = run, .elementwise = true};

}  // namespace dlas::op
