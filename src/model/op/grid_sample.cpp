// GridSample: the input read at places that `grid` gives, each from -1 to 1, x before y before z.  ONNX GridSample, opset 20
//
// p = (g + 1) / 2 * (size - 1) with align_corners, else ((g + 1) * size - 1) / 2; places outside are padded, then the
// pixels around them. Cubic uses a = -0.75. Nearest rounds ties to even. A place that is not finite reads as 0 with
// zeros, else as the first pixel.
#include <algorithm>
#include <cmath>

#include "model/op/op.h"

namespace dlas::op {
namespace {

enum Input { kX, kGrid };
enum class Mode { linear, nearest, cubic };
constexpr std::array<std::string_view, 3> kModes = {"linear", "nearest", "cubic"};
enum class Padding { zeros, border, reflection };
constexpr std::array<std::string_view, 3> kPaddings = {"zeros", "border", "reflection"};

struct Attributes {
  bool align_corners = false;
  Mode mode = Mode::linear;
  Padding padding = Padding::zeros;
  void fields(auto& f) {
    f("align_corners", align_corners);
    f("mode", mode, kModes);
    f("padding_mode", padding, kPaddings);
  }
};

Result<Types> infer(const Site& site, const Types& in) {
  const Type &x = in[kX], &grid = in[kGrid];
  const auto& a = site.attributes<Attributes>();
  if (x.rank() < 3 || !is_float(x.dtype)) return site.wrong_input(kX, "floats of at least three axes", x);
  const std::size_t spatial = x.rank() - 2;
  if (a.mode == Mode::cubic && spatial != 2) return site.unsupported("mode cubic on other than four axes");
  const bool right = grid.rank() == x.rank() && is_float(grid.dtype) && may_equal(grid.dim(0), x.dim(0)) &&
                     may_equal(grid.dim(grid.rank() - 1), static_cast<std::int64_t>(spatial));
  if (!right) return site.wrong_input(kGrid, "a place for each output pixel of " + dlas::text(x), grid);
  for (std::size_t axis = 2; axis < x.rank(); ++axis)
    if (x.dim(axis).known() && x.dim(axis).size() == 0) return site.wrong_input(kX, "pixels", x);
  std::vector<Dim> dims = {x.dim(0), x.dim(1)};
  dims.insert(dims.end(), grid.dims->begin() + 1, grid.dims->end() - 1);
  return Types{Type(x.dtype, dims)};
}

double reflected(double x, double low, double high) {
  const double range = high - low;
  if (range <= 0) return low;
  const bool below = x < low;
  if (!below && x <= high) return x;
  const double distance = below ? low - x : x - high;
  const double turns = std::floor(distance / range), rest = distance - turns * range;
  return (std::fmod(turns, 2) == 0) == below ? low + rest : high - rest;
}

// One axis of a place: pixels, -1 for none, and their weights.
struct Taps {
  int count = 0;
  std::int64_t pixel[4] = {};
  double weight[4] = {};
};

void weigh_cubic(Taps& taps, double t) {
  constexpr double a = -0.75;
  const auto near = [](double d) { return ((a + 2) * d - (a + 3)) * d * d + 1; };
  const auto far = [](double d) { return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a; };
  taps.weight[0] = far(1 + t);
  taps.weight[1] = near(t);
  taps.weight[2] = near(1 - t);
  taps.weight[3] = far(2 - t);
}

std::int64_t padded(const Attributes& a, double pixel, std::int64_t size) {
  const double last = static_cast<double>(size - 1);
  if (pixel >= 0 && pixel <= last) return static_cast<std::int64_t>(pixel);
  if (a.padding == Padding::zeros) return -1;
  if (a.padding == Padding::reflection)
    pixel = a.align_corners ? reflected(pixel, 0, last) : reflected(pixel, -0.5, last + 0.5);
  return static_cast<std::int64_t>(std::clamp(pixel, 0.0, last));
}

Taps taps_of(const Attributes& a, double g, std::int64_t size) {
  const double n = static_cast<double>(size), low = a.align_corners ? 0 : -0.5, high = low == 0 ? n - 1 : n - 0.5;
  double p = a.align_corners ? (g + 1) / 2 * (n - 1) : ((g + 1) * n - 1) / 2;
  if (!(std::abs(p) < 0x1p52)) return {1, {a.padding == Padding::zeros ? -1 : 0}, {1}};
  if (a.mode == Mode::nearest) p = std::nearbyint(p);
  if ((p < low || p > high) && a.padding == Padding::border) p = std::clamp(p, 0.0, n - 1);
  if ((p < low || p > high) && a.padding == Padding::reflection) p = reflected(p, low, high);
  if (a.mode == Mode::nearest) return {1, {padded(a, p, size)}, {1}};
  const double base = std::floor(p), t = p - base;
  Taps taps{2, {}, {1 - t, t}};
  if (a.mode == Mode::cubic) {
    taps.count = 4;
    weigh_cubic(taps, t);
  }
  for (int i = 0; i < taps.count; ++i) taps.pixel[i] = padded(a, base + i - (taps.count == 4), size);
  return taps;
}

// Sum over all combinations of taps, outermost axis first.
template <typename T>
double weighted(std::span<const T> plane, std::span<const Taps> taps, std::span<const std::int64_t> strides,
                std::int64_t offset) {
  if (taps.empty()) return static_cast<double>(plane[static_cast<std::size_t>(offset)]);
  double sum = 0;
  for (int i = 0; i < taps[0].count; ++i) {
    if (taps[0].pixel[i] < 0) continue;
    sum += taps[0].weight[i] *
           weighted(plane, taps.subspan(1), strides.subspan(1), offset + taps[0].pixel[i] * strides[0]);
  }
  return sum;
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const Tensor &x = call.in[kX], &grid = call.in[kGrid];
  const std::span<const std::int64_t> sizes = std::span(x.shape()).subspan(2);
  const Strides strides = row_major(sizes);
  const std::int64_t pixels = count(sizes), channels = x.dim(1), axes = static_cast<std::int64_t>(sizes.size());
  const std::int64_t places = x.dim(0) > 0 ? grid.count() / axes / x.dim(0) : 0;
  std::vector<Taps> taps(sizes.size());
  for_real(x.dtype(), [&]<typename T>() {
    const auto out = call.out[0].mutable_as<T>();
    for (std::int64_t n = 0; n < x.dim(0); ++n)
      for (std::int64_t p = 0; p < places; ++p) {
        for (std::int64_t d = 0; d < axes; ++d)
          taps[static_cast<std::size_t>(axes - 1 - d)] =
              taps_of(a, grid.number((n * places + p) * axes + d), sizes[static_cast<std::size_t>(axes - 1 - d)]);
        for (std::int64_t c = 0; c < channels; ++c) {
          const auto plane = x.as<T>().subspan(static_cast<std::size_t>((n * channels + c) * pixels),
                                               static_cast<std::size_t>(pixels));
          out[static_cast<std::size_t>((n * channels + c) * places + p)] =
              static_cast<T>(weighted<T>(plane, taps, strides, 0));
        }
      }
  });
  return {};
}

Cost cost(const Site& site, const Types& in, const Types& out) {
  const Mode mode = site.attributes<Attributes>().mode;
  const std::uint64_t each = mode == Mode::nearest ? 1
                             : mode == Mode::cubic ? 16
                                                   : std::uint64_t{1} << (in[kX].rank() - 2);
  return {.macs = static_cast<std::uint64_t>(out[0].count().value_or(0)) * each,
          .bytes = in[kX].bytes().value_or(0) + in[kGrid].bytes().value_or(0) + out[0].bytes().value_or(0)};
}

}  // namespace

extern const Op grid_sample = {.name = "GridSample",
                               .inputs = "X grid",
                               .outputs = "Y",
                               .attributes = &schema_of<Attributes>(),
                               .infer = infer,
                               .run = run,
                               .cost = cost};

}  // namespace dlas::op
