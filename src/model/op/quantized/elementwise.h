// Operators that work element by element on quantised tensors; two inputs broadcast as in NumPy.
#pragma once

#include "model/op/quantized/quantized.h"

namespace dlas::op::quantized {

enum class Sign : std::int8_t { add = 1, subtract = -1 };

// a + b or a - b. Both are brought to a common scale with 20 fractional bits (15 for int16), summed, and scaled once more.
// `powers_of_two`: the attribute pot_scale_int16; with int16 and scales that are powers of two LiteRT only shifts.
void sum(const Input& a, const Input& b, Sign sign, bool powers_of_two, Output& y, Kernels kernels);

// a b.
void product(const Input& a, const Input& b, Output& y, Kernels kernels);

// The larger or the smaller of two tensors of one scale and zero: plain integers.
enum class Extreme : std::uint8_t { maximum, minimum };
void extreme(const Input& a, const Input& b, Extreme which, Output& y);

// x for x >= 0, alpha x below.
void leaky_relu(const Input& x, float alpha, Output& y, Kernels kernels);
void prelu(const Input& x, const Input& alpha, Output& y);

// Clamps of real values as an operator of its own: rescaled to the output's units first.
void relu(const Input& x, Output& y);  // the clamp is y.activation

// x min(max(x + 3, 0), 6) / 6 in 16-bit fixed point; 8-bit types only.
void hard_swish(const Input& x, Output& y);

// Any function of one real value, by a table of the 256 units; 8-bit types only.
using Function = float (*)(float);
void by_table(const Input& x, Function function, Output& y);

// int16 with the output scale 2^-15: a table of 256 points of the logistic function, interpolated.
void logistic_16(const Input& x, Output& y);
void tanh_16(const Input& x, Output& y);

}  // namespace dlas::op::quantized
