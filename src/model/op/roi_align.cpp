// RoiAlign: each box of the feature map pooled to a fixed grid of bilinear samples.            ONNX RoiAlign, opset 16 to 22
//
// A box (x1, y1, x2, y2) is scaled by spatial_scale and, with half_pixel, shifted by -0.5; without half_pixel it is at
// least 1 wide and high. Each bin takes sampling_ratio^2 samples, or ceil(bin size) along each axis when that is 0.
// A sample more than one pixel outside is 0; others are clamped. mode max takes, as ONNX Runtime does, the largest of the
// four weighted corners of each sample.
#include <algorithm>
#include <cmath>

#include "base/limits.h"
#include "model/op/shape_rule.h"

namespace dlas::op {
namespace {

enum Input { kX, kRois, kBatch };
enum class Mode { avg, max };
constexpr std::array<std::string_view, 2> kModes = {"avg", "max"};
enum class Transform { half_pixel, output_half_pixel };
constexpr std::array<std::string_view, 2> kTransforms = {"half_pixel", "output_half_pixel"};

struct Attributes {
  Transform transform = Transform::half_pixel;
  Mode mode = Mode::avg;
  std::int64_t output_height = 1;
  std::int64_t output_width = 1;
  std::int64_t sampling_ratio = 0;
  double spatial_scale = 1;
  void fields(auto& f) {
    f("coordinate_transformation_mode", transform, kTransforms);
    f("mode", mode, kModes);
    f("output_height", output_height);
    f("output_width", output_width);
    f("sampling_ratio", sampling_ratio);
    f("spatial_scale", spatial_scale);
  }
};

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<Attributes>();
  if (in[kX].rank() != 4 || !is_float(in[kX].dtype)) return site.wrong_input(kX, "four axes of floats", in[kX]);
  if (in[kRois].rank() != 2 || !may_equal(in[kRois].dim(1), 4) || in[kRois].dtype != in[kX].dtype)
    return site.wrong_input(kRois, dlas::text(Type(in[kX].dtype, {Dim(), 4})), in[kRois]);
  DLAS_TRY(check_list(site, in, kBatch));
  if (!may_equal(in[kBatch].dim(0), in[kRois].dim(0)))
    return site.wrong_input(kBatch, dlas::text(in[kRois].dim(0)) + " indices", in[kBatch]);
  if (a.output_height < 1) return site.wrong_attribute("output_height", "at least 1", std::to_string(a.output_height));
  if (a.output_width < 1) return site.wrong_attribute("output_width", "at least 1", std::to_string(a.output_width));
  if (a.sampling_ratio < 0 || a.sampling_ratio > 1024)
    return site.wrong_attribute("sampling_ratio", "from 0 to 1024", std::to_string(a.sampling_ratio));
  return Types{Type(in[kX].dtype, {in[kRois].dim(0), in[kX].dim(1), a.output_height, a.output_width})};
}

// One axis of a sample: two neighbours and the weight of the second.
struct Neighbours {
  std::int64_t low, high;
  double fraction;
};

std::optional<Neighbours> neighbours(double at, std::int64_t size) {
  if (!(at >= -1 && at <= static_cast<double>(size)) || size == 0) return std::nullopt;
  const double clamped = std::max(at, 0.0);
  const auto low = static_cast<std::int64_t>(clamped);
  if (low >= size - 1) return Neighbours{size - 1, size - 1, 0};
  return Neighbours{low, low + 1, clamped - static_cast<double>(low)};
}

struct Bins {
  double start, size;
  std::int64_t samples;
  double at(std::int64_t bin, std::int64_t sample) const {
    return start +
           (static_cast<double>(bin) + (static_cast<double>(sample) + 0.5) / static_cast<double>(samples)) * size;
  }
};

Bins bins(const Attributes& a, double from, double to, std::int64_t count) {
  const double shift = a.transform == Transform::half_pixel ? 0.5 : 0;
  const double start = from * a.spatial_scale - shift;
  double length = to * a.spatial_scale - shift - start;
  if (a.transform == Transform::output_half_pixel) length = std::max(length, 1.0);
  const double size = length / static_cast<double>(count);
  const double wanted = a.sampling_ratio > 0 ? static_cast<double>(a.sampling_ratio) : std::ceil(size);
  return {start, size, wanted >= 1 ? static_cast<std::int64_t>(std::min(wanted, 1e6)) : 0};
}

template <typename T>
double pooled(const Attributes& a, std::span<const T> plane, std::int64_t height, std::int64_t width, const Bins& rows,
              const Bins& columns, std::int64_t bin_y, std::int64_t bin_x) {
  double sum = 0, most = 0;
  bool first = true;
  for (std::int64_t i = 0; i < rows.samples; ++i)
    for (std::int64_t j = 0; j < columns.samples; ++j) {
      const auto y = neighbours(rows.at(bin_y, i), height), x = neighbours(columns.at(bin_x, j), width);
      double corner[4] = {0, 0, 0, 0};
      if (y && x) {
        const auto value = [&](std::int64_t r, std::int64_t c) {
          return static_cast<double>(plane[static_cast<std::size_t>(r * width + c)]);
        };
        corner[0] = (1 - y->fraction) * (1 - x->fraction) * value(y->low, x->low);
        corner[1] = (1 - y->fraction) * x->fraction * value(y->low, x->high);
        corner[2] = y->fraction * (1 - x->fraction) * value(y->high, x->low);
        corner[3] = y->fraction * x->fraction * value(y->high, x->high);
      }
      sum += corner[0] + corner[1] + corner[2] + corner[3];
      const double largest = *std::max_element(corner, corner + 4);
      most = first ? largest : std::max(most, largest);
      first = false;
    }
  if (a.mode == Mode::max) return most;
  return sum / static_cast<double>(std::max<std::int64_t>(rows.samples * columns.samples, 1));
}

template <typename T>
void pool_box(const Call& call, std::int64_t box, std::int64_t image) {
  const auto& a = call.attributes<Attributes>();
  const Tensor &x = call.in[kX], &rois = call.in[kRois];
  const std::int64_t channels = x.dim(1), height = x.dim(2), width = x.dim(3);
  const Bins columns = bins(a, rois.number(box * 4), rois.number(box * 4 + 2), a.output_width);
  const Bins rows = bins(a, rois.number(box * 4 + 1), rois.number(box * 4 + 3), a.output_height);
  const auto out = call.out[0].mutable_as<T>();
  for (std::int64_t c = 0; c < channels; ++c) {
    const auto start = static_cast<std::size_t>((image * channels + c) * height * width);
    const auto plane = x.as<T>().subspan(start, static_cast<std::size_t>(height * width));
    for (std::int64_t i = 0; i < a.output_height; ++i)
      for (std::int64_t j = 0; j < a.output_width; ++j)
        out[static_cast<std::size_t>(((box * channels + c) * a.output_height + i) * a.output_width + j)] =
            static_cast<T>(pooled<T>(a, plane, height, width, rows, columns, i, j));
  }
}

// Boxes that are much larger than the map would take samples without end.
Status check_box(const Call& call, std::int64_t box) {
  const auto& a = call.attributes<Attributes>();
  const Tensor& rois = call.in[kRois];
  const Bins columns = bins(a, rois.number(box * 4), rois.number(box * 4 + 2), a.output_width);
  const Bins rows = bins(a, rois.number(box * 4 + 1), rois.number(box * 4 + 3), a.output_height);
  if (rows.samples <= 4096 && columns.samples <= 4096) return {};
  return call.site.wrong_input(kRois, "boxes of at most 4096 samples a bin and axis",
                               std::to_string(std::max(rows.samples, columns.samples)));
}

Status run(const Call& call) {
  for (std::int64_t box = 0; box < call.in[kRois].dim(0); ++box) {
    const std::int64_t image = call.in[kBatch].integer(box);
    if (image < 0 || image >= call.in[kX].dim(0))
      return call.site.wrong_input(kBatch, "indices of " + std::to_string(call.in[kX].dim(0)), std::to_string(image));
    DLAS_TRY(check_box(call, box));
    for_real(call.in[kX].dtype(), [&]<typename T>() { pool_box<T>(call, box, image); });
  }
  return {};
}

Cost cost(const Site& site, const Types& in, const Types& out) {
  const auto& a = site.attributes<Attributes>();
  const auto each = static_cast<std::uint64_t>(std::max<std::int64_t>(a.sampling_ratio, 2));
  return {.macs = static_cast<std::uint64_t>(out[0].count().value_or(0)) * each * each * 4,
          .bytes = in[kX].bytes().value_or(0) + out[0].bytes().value_or(0)};
}

}  // namespace

extern const Op roi_align = {.name = "RoiAlign",
                             .inputs = "X rois batch_indices",
                             .outputs = "Y",
                             .attributes = &schema_of<Attributes>(),
                             .infer = infer,
                             .run = run,
                             .cost = cost};

}  // namespace dlas::op
