// Slice: from `starts` to `ends` (not included) in steps along `axes`, as NumPy slices.          ONNX Slice, opset 10 to 13
//
// Negative starts and ends count from the end; both are clamped. Without axes the first ones are meant, without steps
// each step is 1. A negative step walks backwards.
#include <algorithm>
#include <limits>

#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

enum Input { kData, kStarts, kEnds, kAxes, kSteps };

struct Range {
  std::int64_t start = 0, step = 1, count = 0;
};

Range range(std::int64_t size, std::int64_t start, std::int64_t end, std::int64_t step) {
  const std::int64_t low = step > 0 ? 0 : -1, high = step > 0 ? size : size - 1;
  const auto bounded = [&](std::int64_t x) { return std::clamp(x < 0 ? x + size : x, low, high); };
  const std::int64_t first = bounded(start), last = bounded(end);
  const std::int64_t distance = step > 0 ? last - first : first - last;
  if (distance <= 0) return {first, step, 0};
  // The smallest step has no positive counterpart, and reaches one element like every step that is long enough.
  const std::int64_t stride = step > 0 ? step : step == std::numeric_limits<std::int64_t>::min() ? size + 1 : -step;
  return {first, step > 0 ? stride : -stride, 1 + (distance - 1) / stride};
}

// What the small inputs say, with defaults.
struct Cut {
  std::vector<std::size_t> axes;
  std::vector<std::int64_t> starts, ends, steps;
};

Result<std::optional<Cut>> read_cut(const Site& site, const Types& in) {
  const auto starts = known_list(site, kStarts), ends = known_list(site, kEnds);
  const auto axes = known_list(site, kAxes), steps = known_list(site, kSteps);
  if (!starts || !ends || (in.has(kAxes) && !axes) || (in.has(kSteps) && !steps)) return std::optional<Cut>();
  Cut cut{{}, *starts, *ends, steps ? *steps : std::vector<std::int64_t>(starts->size(), 1)};
  std::vector<std::int64_t> places;
  for (std::size_t i = 0; i < starts->size(); ++i) places.push_back(static_cast<std::int64_t>(i));
  const std::size_t slot = axes ? kAxes : kStarts;
  DLAS_ASSIGN(cut.axes, checked_axes(site, slot, axes ? *axes : places, in[kData].rank()));
  for (std::size_t s = kEnds; s <= kSteps; ++s)
    if (in.has(s) && list_length(in[s]) != starts->size())
      return site.wrong_input(s, std::to_string(starts->size()) + " numbers, as many as starts", in[s]);
  if (std::ranges::find(cut.steps, 0) != cut.steps.end()) return site.wrong_input(kSteps, "steps other than 0", "0");
  return std::optional<Cut>(std::move(cut));
}

Result<Types> infer(const Site& site, const Types& in) {
  for (std::size_t s = kStarts; s <= kSteps; ++s)
    if (in.has(s)) DLAS_TRY(check_list(site, in, s));
  const Type& data = in[kData];
  DLAS_ASSIGN(const auto cut, read_cut(site, in));
  if (!cut) {
    std::vector<Dim> dims = unknown_sizes(data.rank());
    // With known axes the other sizes stay.
    if (const auto axes = known_list(site, kAxes)) {
      dims = *data.dims;
      DLAS_ASSIGN(const auto places, checked_axes(site, kAxes, *axes, data.rank()));
      for (const std::size_t a : places) dims[a] = Dim();
    }
    return Types{Type(data.dtype, dims)};
  }
  std::vector<Dim> dims = *data.dims;
  for (std::size_t i = 0; i < cut->axes.size(); ++i) {
    Dim& size = dims[cut->axes[i]];
    const bool whole =
        cut->starts[i] == 0 && cut->steps[i] == 1 && cut->ends[i] >= std::numeric_limits<std::int32_t>::max();
    if (size.known()) size = range(size.size(), cut->starts[i], cut->ends[i], cut->steps[i]).count;
    else if (!whole) size = Dim();
  }
  return Types{Type(data.dtype, dims)};
}

Status run(const Call& call) {
  DLAS_ASSIGN(const auto cut, read_cut(call.site, call.in_types));
  const Tensor& data = call.in[kData];
  Place source{0, row_major(data.shape())};
  for (std::size_t i = 0; i < cut->axes.size(); ++i) {
    const std::size_t axis = cut->axes[i];
    const Range r = range(data.dim(axis), cut->starts[i], cut->ends[i], cut->steps[i]);
    source.offset += r.count > 0 ? r.start * source.strides[axis] : 0;
    source.strides[axis] *= r.count > 1 ? r.step : 1;
  }
  const Shape& shape = call.out[0].shape();
  strided_copy(data, source, call.out[0], {0, row_major(shape)}, shape);
  return {};
}

}  // namespace

extern const Op slice = {
    .name = "Slice",
    .inputs = "data starts ends axes? steps?",
    .outputs = "output",
    .infer = infer,
    .run = run,
    .units = Units::moved,
};

}  // namespace dlas::op
