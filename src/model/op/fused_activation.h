// A function applied to the result of another operator before it is rounded, as TFLite fuses it into arithmetic and
// convolutions (ActivationFunctionType of its schema, version 3). ONNX has no such attribute; "none" is the default.
#pragma once

#include <array>
#include <string_view>

#include "model/op/elementwise.h"

namespace dlas::op {

enum class Activation { none, relu, relu6, relu_n1_to_1, tanh, sign_bit };
inline constexpr std::array<std::string_view, 6> kActivationNames{"none",         "relu", "relu6",
                                                                  "relu_n1_to_1", "tanh", "sign_bit"};

// Attributes of Add, Sub, Mul and Div.
struct Arithmetic {
  Activation activation = Activation::none;
  void fields(auto& f) { f("activation", activation, kActivationNames); }
};

// Broadcasting arithmetic over numbers. Errors also: tanh or sign_bit after integers.
Result<Types> arithmetic_types(const Site& site, const Types& in);

// NaN stays NaN. Integers: the rectifiers only (arithmetic_types refuses the others).
template <typename T>
T activated(Activation activation, T x) {
  switch (activation) {
    case Activation::none: return x;
    case Activation::relu: return x <= T{0} ? T{0} : x;
    case Activation::relu6: return x <= T{0} ? T{0} : x > T{6} ? T{6} : x;
    case Activation::relu_n1_to_1:
      if constexpr (std::is_signed_v<T>) {
        if (x < T{-1}) return T{-1};
      }
      return x > T{1} ? T{1} : x;
    case Activation::tanh: return static_cast<T>(std::tanh(static_cast<double>(x)));
    case Activation::sign_bit: return static_cast<T>(std::signbit(static_cast<double>(x)) ? 1 : 0);
  }
  return x;
}

}  // namespace dlas::op
