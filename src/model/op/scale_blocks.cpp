#include "model/op/scale_blocks.h"

namespace dlas::op {
namespace {

// As far as the sizes are known. They are when the operator runs, and then a zero point too few is a read beyond the end.
bool same_shape(const Type& a, const Type& b) {
  if (a.rank() != b.rank()) return false;
  for (std::size_t axis = 0; axis < a.rank(); ++axis)
    if (!may_equal(a.dim(axis), b.dim(axis))) return false;
  return true;
}

}  // namespace

Status check_scales(const Site& site, const ScaleAttributes& a, const Types& in) {
  const Type &x = in[0], &scale = in[1];
  if (!is_float(scale.dtype)) return site.wrong_input(1, "floats", scale);
  const auto single = [](const Type& type) { return type.rank() <= 1 && type.is_scalar_like(); };
  if (in.has(2) && !(single(in[2]) && single(scale)) && !same_shape(in[2], scale))
    return site.wrong_input(2, "as many zero points as scales", in[2]);
  if (a.block_size < 0) return site.wrong_attribute("block_size", "at least 0", std::to_string(a.block_size));
  if (a.block_size == 0 && (scale.rank() == 0 || (scale.rank() == 1 && scale.is_scalar_like()))) return {};
  const auto axis = normalized_axis(a.axis, x.rank());
  if (!axis) return site.wrong_attribute("axis", "an axis of " + text(x), std::to_string(a.axis));
  if (a.block_size == 0) {
    if (scale.rank() != 1 || !may_equal(scale.dim(0), x.dim(*axis)))
      return site.wrong_input(1, "one scale, or one for each of " + text(x.dim(*axis)), scale);
    return {};
  }
  if (scale.rank() != x.rank()) return site.wrong_input(1, std::to_string(x.rank()) + " axes as the input", scale);
  for (std::size_t i = 0; i < x.rank(); ++i) {
    Dim want = x.dim(i);
    if (i == *axis && want.known()) want = want.size() / a.block_size + (want.size() % a.block_size != 0);
    if (!may_equal(scale.dim(i), want))
      return site.wrong_input(1, "a size of " + text(want) + " along axis " + std::to_string(i), scale);
  }
  return {};
}

std::vector<std::size_t> scale_indices(const ScaleAttributes& a, const Shape& shape, const Shape& scale) {
  std::vector<std::size_t> out(static_cast<std::size_t>(count(shape)));
  if (a.block_size == 0 && count(scale) == 1) return out;
  const std::size_t axis = *normalized_axis(a.axis, shape.size());
  const auto inner = static_cast<std::size_t>(count(std::span(shape).subspan(axis + 1)));
  const auto size = static_cast<std::size_t>(shape[axis]);
  const auto block = static_cast<std::size_t>(a.block_size);
  const std::size_t blocks = block ? size / block + (size % block != 0) : size;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t at = i / inner % size;
    out[i] = block ? (i / inner / size * blocks + at / block) * inner + i % inner : at;
  }
  return out;
}

}  // namespace dlas::op
