// Pools, reductions, softmax and resizing of a graph.
#include <algorithm>
#include <cmath>

#include "model/graph/type.h"
#include "model/op/quantized/operand.h"
#include "model/op/quantized/pool.h"
#include "model/op/quantized/resize.h"
#include "model/op/quantized/run.h"
#include "model/op/quantized/softmax.h"

namespace dlas::op::quantized {
namespace {

struct Single {
  Operand x;
  Output y;
};

Result<Single> single(const Call& call) {
  DLAS_ASSIGN(Operand x, operand(call, 0));
  DLAS_ASSIGN(Output y, output(call));
  if (x.scales.size() != 1) return call.site.unsupported("an input with a scale for each channel");
  if (x.tensor.dtype() != y.tensor->dtype()) return call.site.unsupported("an output of another type than the input");
  return Single{std::move(x), y};
}

bool same_units(const Single& s) { return s.x.scales[0] == s.y.scale && s.x.zero == s.y.zero; }

Status run_pool(const Call& call, decltype(average_pool)* pool) {
  DLAS_ASSIGN(Single s, single(call));
  const Named named(call);
  DLAS_TRY(check_pictures(call, named, 0));
  if (!same_units(s)) return call.site.unsupported("an output of another scale than the input");
  const auto kernel = named.integers("kernel_shape"), dilations = named.integers("dilations");
  if (std::ranges::any_of(dilations, [](std::int64_t d) { return d != 1; })) return call.site.unsupported("dilation");
  if (named.integer("count_include_pad", 0) != 0) return call.site.unsupported("padding that counts");
  const Window w = window(named, s.x.tensor.shape(), s.y.tensor->shape(), kernel[0], kernel[1]);
  pool(s.x.input(), kernel[0], kernel[1], w, s.y);
  return {};
}

// From input 1, negative ones counted from the end; all axes when there are none.
std::vector<std::int64_t> axes_of(const Call& call) {
  const std::size_t rank = call.in[0].rank();
  std::vector<std::int64_t> out;
  if (call.has(1))
    for (const std::int64_t axis : call.in[1].integers())
      if (const auto at = normalized_axis(axis, rank);
          at && std::ranges::find(out, static_cast<std::int64_t>(*at)) == out.end())
        out.push_back(static_cast<std::int64_t>(*at));
  for (std::size_t i = 0; out.empty() && i < rank; ++i) out.push_back(static_cast<std::int64_t>(i));
  return out;
}

Status run_reduce(const Call& call, Reduction reduction) {
  DLAS_ASSIGN(Single s, single(call));
  if (s.x.tensor.count() == 0 && s.y.tensor->count() != 0) return call.site.unsupported("reducing an empty axis");
  const bool kept = Named(call).integer("keepdims", 1) != 0;
  reduce(s.x.input(), reduction, axes_of(call), kept, s.y, call.traits.kernels);
  return {};
}

}  // namespace

Status run_average_pool(const Call& call) { return run_pool(call, average_pool); }
Status run_max_pool(const Call& call) { return run_pool(call, max_pool); }
Status run_reduce_mean(const Call& call) { return run_reduce(call, Reduction::mean); }
Status run_reduce_sum(const Call& call) { return run_reduce(call, Reduction::sum); }

Status run_softmax(const Call& call) {
  DLAS_ASSIGN(Single s, single(call));
  const Named named(call);
  const std::size_t rank = s.x.tensor.rank();
  if (rank == 0 || normalized_axis(named.integer("axis", -1), rank) != rank - 1)
    return call.site.unsupported("another axis than the last");
  const bool wide = s.x.tensor.dtype() == DType::i16;
  const float unit = wide ? 0x1p-15F : 0x1p-8F;
  if (std::fabs(s.y.scale - unit) > 0.001F * unit || (!wide && s.y.zero != range_of(s.x.tensor.dtype()).low))
    return call.site.unsupported(wide ? "an output in other units than 2^-15"
                                      : "an output in other units than 1/256 from 0");
  softmax(s.x.input(), static_cast<float>(named.real("beta", 1)), s.y, call.traits.kernels);
  return {};
}

Status run_resize(const Call& call) {
  DLAS_ASSIGN(Single s, single(call));
  const Named named(call);
  const Shape &from = s.x.tensor.shape(), &to = s.y.tensor->shape();
  if (from.size() != 4 || from[0] != to[0] || from[3] != to[3] || !same_units(s))
    return call.site.unsupported("resizing other than height and width of NHWC");
  if (s.y.tensor->count() == 0) return {};
  if (s.x.tensor.count() == 0) return call.site.unsupported("resizing an empty picture");
  const std::string place = named.text("coordinate_transformation_mode", "half_pixel");
  const std::string nearest = named.text("nearest_mode", "round_prefer_floor");
  const Grid grid{place == "align_corners", place == "half_pixel"};
  if (!grid.align_corners && !grid.half_pixel_centers && place != "asymmetric")
    return call.site.unsupported("coordinates " + place);
  if (named.text("mode", "nearest") == "linear") {
    resize_bilinear(s.x.input(), grid, s.y, call.traits.kernels);
    return {};
  }
  if (named.text("mode", "nearest") != "nearest" || nearest != (place == "asymmetric" ? "floor" : "round_prefer_ceil"))
    return call.site.unsupported("another mode than TFLite's");
  resize_nearest(s.x.tensor, grid, *s.y.tensor);
  return {};
}

}  // namespace dlas::op::quantized
