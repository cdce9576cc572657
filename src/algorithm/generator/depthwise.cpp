// Depthwise convolution: every channel for itself, so channels are the lanes of the vectors; `pixels` outputs of a row times
// `vectors` vectors of channels are summed in registers over the taps.
//
// Weights: (channel, tap x, tap y). With taps and stride known, neighbouring pixels share what they load; without, each
// multiply-add loads its own vector of input.
#include "algorithm/generator/tile.h"

namespace dlas::generator {
namespace {

Halide::Func scheduled(Arguments& arguments, const Tile& tile, Halide::Func sum, const Halide::RDom& r,
                       bool unroll_taps) {
  Halide::Var c("c"), x("x"), y("y"), co("co"), ci("ci"), xo("xo"), xi("xi");
  Halide::Func out("out");
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
  const Halide::Var sc = sum.args()[0], sx = sum.args()[1];
  sum.compute_at(out, co).bound_extent(sc, tile.block()).vectorize(sc, tile.lanes).unroll(sc).unroll(sx);
  sum.update().reorder(sc, sx, r.x, r.y).vectorize(sc, tile.lanes).unroll(sc).unroll(sx);
  if (unroll_taps) sum.update().unroll(r.x);
  return out;
}

}  // namespace

Halide::Func depthwise(Arguments& arguments, const Tile& tile) {
  Halide::Var c("c"), x("x"), y("y");
  Halide::RDom r(0, arguments.kernel_w, 0, arguments.kernel_h, "r");
  Halide::Func sum("sum");
  sum(c, x, y) = arguments.bias(c) + arguments.base(c, x, y);
  sum(c, x, y) += arguments.weights(c, r.x, r.y, 0) * arguments.in(c, r.x, r.y, x, y);
  return scheduled(arguments, tile, sum, r, false);
}

Halide::Func depthwise_row(Arguments& arguments, const Tile& tile, int taps, int stride) {
  Halide::Var c("c"), x("x"), y("y");
  Halide::RDom r(0, taps, 0, arguments.kernel_h, "r");
  Halide::Func sum("sum");
  sum(c, x, y) = arguments.bias(c) + arguments.base(c, x, y);
  sum(c, x, y) += arguments.weights(c, r.x, r.y, 0) * arguments.in(c, stride * x + r.x, r.y, 0, y);
  return scheduled(arguments, tile, sum, r, true);
}

}  // namespace dlas::generator
