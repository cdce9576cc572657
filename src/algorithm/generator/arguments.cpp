#include "algorithm/generator/tile.h"

namespace dlas::generator {

std::vector<Halide::Argument> Arguments::list() const {
  return {in, weights, bias, base, steps, kernel_w, kernel_h, low, high};
}

void Arguments::start_at_zero() {
  for (Halide::ImageParam* view : {&in, &weights, &bias, &base}) {
    for (int d = 0; d < view->dimensions(); ++d) view->dim(d).set_min(0);
    view->dim(0).set_stride(1);
  }
}

// Halide lets LLVM assume that nothing is NaN; under strict_float a comparison is IEEE's, and the order of its operands is chosen so
// that x86's minps and maxps hand a NaN through.
Halide::Expr Arguments::clamped(const Halide::Expr& value) const {
  const Halide::Expr below = Halide::strict_float(Halide::select(high < value, high, value));
  return Halide::strict_float(Halide::select(low > below, low, below));
}

}  // namespace dlas::generator
