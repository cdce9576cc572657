// What ArgMax and ArgMin share: the index of the best value along one axis, as int64.      ONNX, opset 13
// Of equal values the first, or the last when select_last_index is set. The first NaN wins, as in NumPy.
#pragma once

#include <functional>

#include "model/op/elementwise.h"

namespace dlas::op {

struct ArgAttributes {
  std::int64_t axis = 0;
  std::int64_t keepdims = 1;
  std::int64_t select_last_index = 0;
  void fields(auto& f) {
    f("axis", axis);
    f("keepdims", keepdims);
    f("select_last_index", select_last_index);
  }
};

inline Result<Types> infer_arg(const Site& site, const Types& in) {
  DLAS_TRY(check_member(site, in, 0, kNumbers));
  const auto& a = site.attributes<ArgAttributes>();
  const auto axis = normalized_axis(a.axis, in[0].rank());
  if (!axis) return site.wrong_attribute("axis", "an axis of " + text(in[0]), std::to_string(a.axis));
  if (in[0].dim(*axis) == Dim(0)) return site.wrong_input(0, "at least one value along the axis", in[0]);
  std::vector<Dim> dims = *in[0].dims;
  if (a.keepdims != 0) dims[*axis] = Dim(1);
  else dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(*axis));
  return Types{Type(DType::i64, std::move(dims))};
}

// `Better` is std::greater<> or std::less<>.
template <typename Better, typename T>
std::int64_t best_index(const T* x, std::int64_t size, std::int64_t stride, bool last) {
  std::int64_t best = 0;
  for (std::int64_t i = 1; i < size && !nan_at(Computed<T>(x[best * stride])); ++i) {
    const auto value = Computed<T>(x[i * stride]), so_far = Computed<T>(x[best * stride]);
    if (nan_at(value) || Better{}(value, so_far) || (last && value == so_far)) best = i;
  }
  return best;
}

template <typename Better>
Status run_arg(const Call& call) {
  const auto& a = call.attributes<ArgAttributes>();
  const Shape& shape = call.in[0].shape();
  const std::size_t axis = *normalized_axis(a.axis, shape.size());
  const std::int64_t inner = count(std::span(shape).subspan(axis + 1)), size = shape[axis];
  const auto out = call.out[0].mutable_as<std::int64_t>();
  for_number(call.in[0].dtype(), [&]<typename T>() {
    const T* x = call.in[0].as<T>().data();
    for (std::int64_t i = 0; i < call.out[0].count(); ++i)
      out[i] = best_index<Better>(x + i / inner * inner * size + i % inner, size, inner, a.select_last_index != 0);
  });
  return {};
}

}  // namespace dlas::op
