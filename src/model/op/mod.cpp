// Mod: the remainder of a / b, broadcast.                                                  ONNX Mod, opset 13
// fmod 0: it has the sign of the divisor (Python's %; FLOOR_MOD of TFLite); fmod 1: that of the dividend (C's fmod).
// The text of ONNX asks for fmod 1 with floats; as FLOOR_MOD takes floats, fmod 0 is computed for them as well.
// A divisor 0 of integers is an error.
#include <cmath>

#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

struct Attributes {
  std::int64_t fmod = 0;
  void fields(auto& f) { f("fmod", fmod); }
};

template <typename T>
T cut(T a, T b) {  // the remainder of division toward zero
  if constexpr (!std::integral<T>) {
    return std::fmod(a, b);
  } else {
    if constexpr (std::is_signed_v<T>)
      if (b == T{-1}) return T{0};
    return static_cast<T>(a % b);
  }
}

template <typename T>
T floored(T a, T b) {
  const T r = cut(a, b);
  return r != T{0} && (r < T{0}) != (b < T{0}) ? static_cast<T>(r + b) : r;
}

Status run(const Call& call) {
  DLAS_TRY(check_no_zero(call, 1));
  if (call.attributes<Attributes>().fmod != 0) return zip_numbers(call, []<typename T>(T a, T b) { return cut(a, b); });
  return zip_numbers(call, []<typename T>(T a, T b) { return floored(a, b); });
}

}  // namespace

const Op mod = {.name = "Mod",
                .inputs = "a b",
                .outputs = "c",
                .attributes = &schema_of<Attributes>(),
                .infer = number_broadcast_types,
                .run = run,
                .elementwise = true};

}  // namespace dlas::op
