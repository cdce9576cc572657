// FloorDiv: floor(a / b), broadcast. A divisor 0 of integers is an error; the lowest one divided by -1 wraps around.
// An operator of ours, for FLOOR_DIV of TFLite.
#include <cmath>

#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

template <typename T>
T quotient(T a, T b) {
  if constexpr (!std::integral<T>) {
    return std::floor(a / b);
  } else {
    if constexpr (std::is_signed_v<T>) {
      if (b == T{-1}) return wrapped_sub(T{0}, a);
      if (a % b != 0 && (a < 0) != (b < 0)) return static_cast<T>(a / b - 1);
    }
    return static_cast<T>(a / b);
  }
}

Status run(const Call& call) {
  DLAS_TRY(check_no_zero(call, 1));
  return zip_numbers(call, []<typename T>(T a, T b) { return quotient(a, b); });
}

}  // namespace

const Op floor_div = {.name = "FloorDiv",
                      .inputs = "a b",
                      .outputs = "c",
                      .infer = number_broadcast_types,
                      .run = run,
                      .elementwise = true};

}  // namespace dlas::op
