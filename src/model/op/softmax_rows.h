// What Softmax, LogSoftmax and Hardmax share: an axis, or all axes from it on, and the walk over the rows along it.
#pragma once

#include "model/op/real.h"

namespace dlas::op {

struct SoftmaxAttributes {
  std::int64_t axis = -1;
  bool flatten = false;  // as before opset 13: all axes from `axis` on are one row
  double beta = 1;       // factor of the input, as in TFLite
  void fields(auto& f) {
    f("axis", axis);
    f("flatten", flatten);
    f("beta", beta);
  }
};

inline Result<Types> softmax_types(const Site& site, const Types& in) {
  const auto& a = site.attributes<SoftmaxAttributes>();
  DLAS_TRY(check_real(site, in, 0));
  const auto rank = static_cast<std::int64_t>(in[0].rank());
  const bool whole = a.flatten && a.axis == rank;  // an empty second half: rows of one element
  if (!normalized_axis(a.axis, in[0].rank()) && !whole && !(rank == 0 && (a.axis == 0 || a.axis == -1)))
    return site.wrong_attribute("axis", "an axis of " + text(in[0]), std::to_string(a.axis));
  return Types{Type(in[0].dtype, *in[0].dims)};
}

// Calls f(first element, stride, size) for every row.
template <typename F>
void for_each_row(const SoftmaxAttributes& a, const Shape& shape, const F& f) {
  const std::size_t axis = normalized_axis(a.axis, shape.size()).value_or(shape.size());
  const std::span<const std::int64_t> all(shape);
  const std::int64_t outer = count(all.first(axis));
  if (a.flatten || axis == shape.size()) {
    const std::int64_t size = count(all.subspan(axis));
    for (std::int64_t o = 0; o < outer; ++o) f(o * size, std::int64_t{1}, size);
    return;
  }
  const std::int64_t inner = count(all.subspan(axis + 1)), size = shape[axis];
  for (std::int64_t o = 0; o < outer; ++o)
    for (std::int64_t i = 0; i < inner; ++i) f(o * size * inner + i, inner, size);
}

}  // namespace dlas::op
