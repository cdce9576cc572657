// Element-wise operators on short runs of float32 numbers, and the list of those that compiled code knows.
//
// A run of numbers is loaded once, goes through all operators of a chain while it is in the first cache, and is stored once. Sums,
// products and limits are those of float32; e^x is a polynomial of degree 7 after argument reduction, within 2 units in the last
// place; other functions are the C library's, in float64 where float32 would lose more than it.
#pragma once

#include <cstdint>
#include <optional>

#include "compiler/lower/lowering.h"

namespace dlas::compiler {

enum class PointOp : std::uint8_t {
  // of two numbers
  add,
  sub,
  reverse_sub,
  mul,
  div,
  reverse_div,
  max,
  min,
  prelu,
  // of one; a and b are parameters
  clamp,
  sigmoid,
  silu,
  hard_sigmoid,
  hard_swish,
  leaky_relu,
  tanh,
  gelu,
  gelu_tanh,
  mish,
  exp,
  log,
  erf,
  sqrt,
  reciprocal,
  neg,
  abs,
  elu,
  softplus,
};
constexpr bool takes_two(PointOp op) { return op <= PointOp::prelu; }

struct PointStep {
  PointOp op = PointOp::clamp;
  float a = 0, b = 0;
  std::optional<ValueId> operand = {};  // the other number of those that take two
};

// The node as steps on its input in slot `from`, appended to `steps`; false when it is none that is known here.
bool append_steps(Lowering& lowering, const Scope& scope, const Node& node, std::size_t from,
                  std::vector<PointStep>& steps);

// x[i] = op(x[i]) or op(x[i], y[i]) for i in [0, n). `repeated`: y is one number.
void apply(const PointStep& step, float* x, const float* y, bool repeated, std::int64_t n);

}  // namespace dlas::compiler
