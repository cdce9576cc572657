// Depthwise convolution: every channel for itself, so channels are the lanes of the vectors; `pixels` outputs of a row times
// `vectors` vectors of channels are summed in registers over the taps.
//
// Weights: (channel, tap x, tap y). Per multiply-add one vector of input is loaded: what the processor can do in one cycle.
#include "algorithm/generator/tile.h"

namespace dlas::generator {

Halide::Func depthwise(Arguments& arguments, const Tile& tile) {
  Halide::Var c("c"), x("x"), y("y"), co("co"), ci("ci"), xo("xo"), xi("xi");
  Halide::RDom r(0, arguments.kernel_w, 0, arguments.kernel_h, "r");

  Halide::Func sum("sum"), out("out");
  sum(c, x, y) = arguments.bias(c) + arguments.base(c, x, y);
  sum(c, x, y) += arguments.weights(c, r.x, r.y, 0) * arguments.in(c, r.x, r.y, x, y);
  out(c, x, y) = arguments.clamped(sum(c, x, y));

  arguments.start_at_zero();
  Halide::OutputImageParam view = out.output_buffer();
  for (int d = 0; d < 3; ++d) view.dim(d).set_min(0);

  out.split(x, xo, xi, tile.pixels, Halide::TailStrategy::RoundUp)
      .split(c, co, ci, tile.block(), Halide::TailStrategy::RoundUp)
      .reorder(ci, xi, co, xo, y)
      .vectorize(ci, tile.lanes)
      .unroll(ci)
      .unroll(xi);
  sum.compute_at(out, co).bound_extent(c, tile.block()).vectorize(c, tile.lanes).unroll(c).unroll(x);
  sum.update().reorder(c, x, r.x, r.y).vectorize(c, tile.lanes).unroll(c).unroll(x);
  return out;
}

}  // namespace dlas::generator
