// MaxRoiPool: the largest element of each bin of each box of a feature map.                    ONNX MaxRoiPool, opset 1 to 22
//
// A box (picture, x1, y1, x2, y2) is scaled and rounded half away from zero to whole places, both ends inside, at least
// one place wide; bin i of n covers the places from floor(i size / n) to ceil((i + 1) size / n), cut to the map. An empty
// bin is 0. ONNX leaves the rounding open; this is that of Fast R-CNN, which ONNX Runtime follows.
#include <algorithm>
#include <cmath>

#include "model/op/real.h"

namespace dlas::op {
namespace {

enum Input { kX, kRois };

struct Attributes {
  std::vector<std::int64_t> pooled_shape;
  double spatial_scale = 1;
  void fields(auto& f) {
    f("pooled_shape", pooled_shape);
    f("spatial_scale", spatial_scale);
  }
};

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<Attributes>();
  if (in[kX].rank() != 4 || !is_float(in[kX].dtype)) return site.wrong_input(kX, "four axes of floats", in[kX]);
  if (in[kRois].rank() != 2 || !may_equal(in[kRois].dim(1), 5) || in[kRois].dtype != in[kX].dtype)
    return site.wrong_input(kRois, text(Type(in[kX].dtype, {Dim(), 5})), in[kRois]);
  if (a.pooled_shape.size() != 2)
    return site.wrong_attribute("pooled_shape", "2 numbers", std::to_string(a.pooled_shape.size()));
  for (const std::int64_t s : a.pooled_shape)
    if (s < 1) return site.wrong_attribute("pooled_shape", "numbers of at least 1", std::to_string(s));
  return Types{Type(in[kX].dtype, {in[kRois].dim(0), in[kX].dim(1), a.pooled_shape[0], a.pooled_shape[1]})};
}

struct Span {
  std::int64_t begin, end;
};

// The places of bin `i` of `bins` of the box from `from` to `to`, on an axis of `size` places.
Span bin(double from, double to, std::int64_t i, std::int64_t bins, std::int64_t size) {
  const double start = std::round(from), length = std::max(std::round(to) - start + 1, 1.0);
  const double step = length / static_cast<double>(bins);
  const auto place = [&](double at) {
    return static_cast<std::int64_t>(std::clamp(at, 0.0, static_cast<double>(size)));
  };
  return {place(std::floor(static_cast<double>(i) * step) + start),
          place(std::ceil(static_cast<double>(i + 1) * step) + start)};
}

double largest(const double* plane, std::int64_t width, Span rows, Span columns) {
  if (rows.begin >= rows.end || columns.begin >= columns.end) return 0;
  double best = plane[rows.begin * width + columns.begin];
  for (std::int64_t y = rows.begin; y < rows.end; ++y)
    for (std::int64_t x = columns.begin; x < columns.end; ++x) {
      const double v = plane[y * width + x];
      if (v > best || std::isnan(v)) best = v;
    }
  return best;
}

Status check_roi(const Call& call, std::int64_t roi, const std::vector<double>& rois) {
  const double picture = rois[static_cast<std::size_t>(roi * 5)];
  if (!(picture >= 0 && picture < static_cast<double>(call.in[kX].dim(0))) || picture != std::floor(picture))
    return call.site.wrong_input(kRois, "pictures of " + std::to_string(call.in[kX].dim(0)), std::to_string(picture));
  for (std::int64_t i = 1; i < 5; ++i)
    if (!std::isfinite(rois[static_cast<std::size_t>(roi * 5 + i)]))
      return call.site.wrong_input(kRois, "finite boxes", std::to_string(rois[static_cast<std::size_t>(roi * 5 + i)]));
  return {};
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const std::vector<double> x = reals(call, kX), rois = reals(call, kRois);
  const std::int64_t channels = call.in[kX].dim(1), height = call.in[kX].dim(2), width = call.in[kX].dim(3);
  std::vector<double> y;
  for (std::int64_t roi = 0; roi < call.in[kRois].dim(0); ++roi) {
    DLAS_TRY(check_roi(call, roi, rois));
    const double* box = rois.data() + roi * 5;
    const double s = a.spatial_scale;
    for (std::int64_t c = 0; c < channels; ++c)
      for (std::int64_t i = 0; i < a.pooled_shape[0]; ++i)
        for (std::int64_t j = 0; j < a.pooled_shape[1]; ++j)
          y.push_back(largest(x.data() + (static_cast<std::int64_t>(box[0]) * channels + c) * height * width, width,
                              bin(box[2] * s, box[4] * s, i, a.pooled_shape[0], height),
                              bin(box[1] * s, box[3] * s, j, a.pooled_shape[1], width)));
  }
  store(y, call.out[0]);
  return {};
}

}  // namespace

extern const Op max_roi_pool = {
    .name = "MaxRoiPool",
    .inputs = "X rois",
    .outputs = "Y",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
};

}  // namespace dlas::op
