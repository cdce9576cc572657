// Arithmetic with sizes: numbers that are known now, and scalars of the graph where they are not.
#pragma once

#include <string_view>

#include "model/format/torch/build.h"

namespace dlas::torch {

enum class Arithmetic { add, sub, mul, floordiv, mod, truediv, pow, min, max, eq, ne, lt, le, gt, ge };

// Python's meaning for integers and floats. Comparisons of sizes that are not known are refused: they would decide which
// operators run.
// Errors: unsupported for that and for other kinds; format for a division by zero and integers beyond 64 bits.
Result<Datum> arithmetic(Build& build, Arithmetic what, const Datum& a, const Datum& b);
Result<Datum> negated(Build& build, const Datum& a);

}  // namespace dlas::torch
