// TensorScatter: a cache with an update written along one axis, at an index of each sample.        ONNX TensorScatter, opset 24
// mode circular wraps around at the end of the cache; with linear an update that does not fit is an error.
#include <array>

#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

enum Input { kCache, kUpdate, kIndices };
enum class Mode { linear, circular };
constexpr std::array<std::string_view, 2> kModes = {"linear", "circular"};

struct Attributes {
  std::int64_t axis = -2;
  Mode mode = Mode::linear;
  void fields(auto& f) {
    f("axis", axis);
    f("mode", mode, kModes);
  }
};

Result<Types> infer(const Site& site, const Types& in) {
  const Type &cache = in[kCache], &update = in[kUpdate];
  DLAS_ASSIGN(const std::size_t axis, checked_axis(site, "axis", site.attributes<Attributes>().axis, cache.rank()));
  if (axis == 0) return site.wrong_attribute("axis", "another axis than that of the samples", "0");
  bool fits = update.dtype == cache.dtype && update.rank() == cache.rank();
  for (std::size_t i = 0; fits && i < cache.rank(); ++i) {
    const Dim &had = cache.dim(i), &given = update.dim(i);
    fits = i == axis ? !had.known() || !given.known() || given.size() <= had.size() : may_equal(had, given);
  }
  if (!fits) return site.wrong_input(kUpdate, "a part of " + text(cache) + " along the axis", update);
  if (in.has(kIndices)) {
    DLAS_TRY(check_list(site, in, kIndices));
    if (!may_equal(in[kIndices].dim(0), cache.dim(0)))
      return site.wrong_input(kIndices, "one index a sample", in[kIndices]);
  }
  return Types{Type(cache.dtype, *cache.dims)};
}

// The place in the cache of the first row of a sample's update.
Result<std::int64_t> first_row(const Call& call, std::int64_t sample, std::int64_t room, std::int64_t rows) {
  const std::int64_t index = call.has(kIndices) ? call.in[kIndices].integer(sample) : 0;
  if (call.attributes<Attributes>().mode == Mode::circular && room > 0) return ((index % room) + room) % room;
  if (index >= 0 && index <= room - rows) return index;
  return call.site.wrong_input(kIndices, "indices from 0 to " + std::to_string(room - rows), std::to_string(index));
}

Status run(const Call& call) {
  const Tensor &cache = call.in[kCache], &update = call.in[kUpdate];
  const std::size_t axis = *normalized_axis(call.attributes<Attributes>().axis, cache.rank());
  const std::span<const std::int64_t> shape = cache.shape();
  const std::int64_t inner = count(shape.subspan(axis + 1)), between = count(shape.subspan(1, axis - 1));
  const std::int64_t room = shape[axis], rows = update.dim(axis);
  copy_bytes(cache, call.out[0]);
  for (std::int64_t sample = 0; sample < shape[0]; ++sample) {
    DLAS_ASSIGN(const std::int64_t first, first_row(call, sample, room, rows));
    for (std::int64_t row = 0; row < rows; ++row)
      strided_copy(update, {(sample * between * rows + row) * inner, {rows * inner, 1}}, call.out[0],
                   {(sample * between * room + (first + row) % room) * inner, {room * inner, 1}}, {between, inner});
  }
  return {};
}

}  // namespace

extern const Op tensor_scatter = {
    .name = "TensorScatter",
    .inputs = "past_cache update write_indices?",
    .outputs = "present_cache",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .units = Units::moved,
};

}  // namespace dlas::op
