// What CumSum and CumProd share: one axis, walked from either end, with or without the element itself.
#pragma once

#include "model/op/elementwise.h"

namespace dlas::op {

struct CumulationAttributes {
  std::int64_t exclusive = 0;
  std::int64_t reverse = 0;
  void fields(auto& f) {
    f("exclusive", exclusive);
    f("reverse", reverse);
  }
};

inline Result<Types> cumulation_types(const Site& site, const Types& in) {
  DLAS_TRY(check_member(site, in, 0, kNumbers));
  const bool one = !in[1].fixed() || in[1].is_scalar_like();
  if ((in[1].dtype != DType::i64 && in[1].dtype != DType::i32) || !one) return site.wrong_input(1, "one int64", in[1]);
  if (const Tensor* axis = site.constant(1); axis && !normalized_axis(axis->integer(0), in[0].rank()))
    return site.wrong_input(1, "an axis of " + text(in[0]), std::to_string(axis->integer(0)));
  return Types{in[0].with_dtype(in[0].dtype)};
}

// y[i] = combine(... combine(start, x[0]) ..., x[i]) along the axis.
template <typename F>
Status cumulate(const Call& call, int start, F combine) {
  const auto& a = call.attributes<CumulationAttributes>();
  const Shape& shape = call.in[0].shape();
  const std::size_t axis = *normalized_axis(call.in[1].integer(0), shape.size());
  const std::int64_t inner = count(std::span(shape).subspan(axis + 1)), size = shape[axis];
  if (call.in[0].count() == 0) return {};
  for_number(call.in[0].dtype(), [&]<typename T>() {
    const T* x = call.in[0].as<T>().data();
    T* y = call.out[0].mutable_as<T>().data();
    for (std::int64_t line = 0; line < call.in[0].count() / size; ++line) {
      const std::int64_t first = line / inner * inner * size + line % inner;
      auto running = static_cast<Computed<T>>(start);
      for (std::int64_t i = 0; i < size; ++i) {
        const std::int64_t at = first + (a.reverse != 0 ? size - 1 - i : i) * inner;
        const auto next = combine(running, static_cast<Computed<T>>(x[at]));
        y[at] = static_cast<T>(a.exclusive != 0 ? running : next);
        running = next;
      }
    }
  });
  return {};
}

}  // namespace dlas::op
