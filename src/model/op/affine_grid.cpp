// AffineGrid: where an affine map theta sends the centres of an output's pixels, for GridSample.    ONNX AffineGrid, opset 20
//
// theta [N, 2, 3] with size [N, C, H, W], or [N, 3, 4] with [N, C, D, H, W]; grid[n, ..., i] = theta[n, i] (x, y, (z,) 1).
// Pixel i of n stands at (2 i + 1) / n - 1, or with align_corners at 2 i / (n - 1) - 1 (at -1 when n is 1).
#include "model/op/real.h"
#include "model/op/shape_rule.h"

namespace dlas::op {
namespace {

enum Input { kTheta, kSize };

struct Attributes {
  bool align_corners = false;
  void fields(auto& f) { f("align_corners", align_corners); }
};

// Sizes of the output from those that the input asks for. Errors: other than those of `theta`, or not positive.
Result<Types> from_sizes(const Site& site, const Types& in, const std::vector<std::int64_t>& size, std::size_t axes) {
  for (const std::int64_t s : size)
    if (s < 0) return site.wrong_input(kSize, "sizes of at least 0", std::to_string(s));
  if (!may_equal(in[kTheta].dim(0), size[0]))
    return site.wrong_input(kSize, "a batch of " + text(in[kTheta].dim(0)), std::to_string(size[0]));
  std::vector<Dim> dims{size[0]};
  dims.insert(dims.end(), size.begin() + 2, size.end());
  dims.emplace_back(static_cast<std::int64_t>(axes));
  return Types{Type(in[kTheta].dtype, std::move(dims))};
}

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_TRY(check_list(site, in, kSize));
  const Type& theta = in[kTheta];
  if (theta.rank() != 3 || !is_float(theta.dtype)) return site.wrong_input(kTheta, "three axes of floats", theta);
  const auto length = list_length(in[kSize]);
  if (length && *length != 4 && *length != 5) return site.wrong_input(kSize, "4 or 5 sizes", in[kSize]);
  if (!length) return Types{Type::unranked(theta.dtype)};
  const auto axes = static_cast<std::int64_t>(*length) - 2;
  if (!may_equal(theta.dim(1), axes) || !may_equal(theta.dim(2), axes + 1))
    return site.wrong_input(kTheta, dlas::text(Type(theta.dtype, {theta.dim(0), axes, axes + 1})), theta);
  if (const auto size = known_list(site, kSize)) return from_sizes(site, in, *size, *length - 2);
  std::vector<Dim> dims = unknown_sizes(*length);
  dims[0] = theta.dim(0);
  dims.back() = axes;
  return Types{Type(theta.dtype, std::move(dims))};
}

double place(std::int64_t i, std::int64_t n, bool align_corners) {
  if (align_corners) return n > 1 ? 2.0 * static_cast<double>(i) / static_cast<double>(n - 1) - 1 : -1;
  return (2.0 * static_cast<double>(i) + 1) / static_cast<double>(n) - 1;
}

Status run(const Call& call) {
  const bool align = call.attributes<Attributes>().align_corners;
  const std::vector<double> theta = reals(call, kTheta);
  const Shape& shape = call.out[0].shape();
  const std::size_t axes = shape.size() - 2;
  std::vector<double> grid(static_cast<std::size_t>(call.out[0].count()));
  const Shape places(shape.begin(), shape.end() - 1);
  std::size_t at = 0;
  for (Walk<1> w(places, {row_major(places)}); !w.done(); w.next())
    for (std::size_t i = 0; i < axes; ++i, ++at) {
      const double* row = theta.data() + (static_cast<std::size_t>(w.index()[0]) * axes + i) * (axes + 1);
      double sum = row[axes];
      // x is the last spatial axis.
      for (std::size_t j = 0; j < axes; ++j) sum += row[j] * place(w.index()[axes - j], shape[axes - j], align);
      grid[at] = sum;
    }
  store(grid, call.out[0]);
  return {};
}

Cost cost(const Site&, const Types& in, const Types& out) {
  return {.macs = 4 * static_cast<std::uint64_t>(out[0].count().value_or(0)),
          .bytes = in[kTheta].bytes().value_or(0) + out[0].bytes().value_or(0)};
}

}  // namespace

extern const Op affine_grid = {
    .name = "AffineGrid",
    .inputs = "theta size",
    .outputs = "grid",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .cost = cost,
};

}  // namespace dlas::op
