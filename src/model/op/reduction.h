// What the reductions over axes share: attributes, type rule, and a loop that gathers the values of each output element.
//
// Floats come as float64 and integers as 64-bit integers of their sign; the result is rounded or cut to the type once.
#pragma once

#include <cmath>
#include <limits>
#include <span>

#include "model/op/elementwise.h"

namespace dlas::op {

struct Reduction {
  std::int64_t keepdims = 1;
  std::int64_t noop_with_empty_axes = 0;
  void fields(auto& f) {
    f("keepdims", keepdims);
    f("noop_with_empty_axes", noop_with_empty_axes);
  }
};

// Inputs: data, axes? (int32 or int64; absent or empty means all axes, or none when noop_with_empty_axes is set).
// Errors: an axis outside the rank. An axis given twice counts once, as in TFLite.
Result<Types> reduced_types(const Site& site, const Types& in);          // numbers
Result<Types> reduced_or_bool_types(const Site& site, const Types& in);  // numbers and bools

// Which input elements belong to which output element.
struct ReducedLayout {
  Shape kept, gone;  // sizes of the axes that stay and of those that are reduced
  Strides kept_strides, gone_strides;
};
ReducedLayout reduced_layout(const Call& call);

// out = f.operator()<T>(values) with T the element type and values a span of Accumulator<T>.
template <typename F>
Status reduce(const Call& call, F f) {
  const ReducedLayout layout = reduced_layout(call);
  std::vector<std::int64_t> offsets;
  for (Walk<1> w(layout.gone, {layout.gone_strides}); !w.done(); w.next()) offsets.push_back(w.offset(0));
  for_any(call.in[0].dtype(), [&]<typename T>() {
    const T* x = call.in[0].as<T>().data();
    T* y = call.out[0].mutable_as<T>().data();
    std::vector<Accumulator<T>> values(offsets.size());
    for (Walk<1> w(layout.kept, {layout.kept_strides}); !w.done(); w.next()) {
      for (std::size_t i = 0; i < offsets.size(); ++i)
        values[i] = static_cast<Accumulator<T>>(x[w.offset(0) + offsets[i]]);
      *y++ = static_cast<T>(f.template operator()<T>(std::span<const Accumulator<T>>(values)));
    }
  });
  return {};
}

// The sum of g(value), wrapping for integers.
template <typename A, typename G>
A total(std::span<const A> values, G g) {
  A out{0};
  for (const A v : values) out = wrapped_add(out, static_cast<A>(g(v)));
  return out;
}

// A float64 as an integer type, cut toward zero and limited to its range; NaN gives 0.
template <typename A>
A from_double(double x) {
  if constexpr (std::integral<A>) {
    if (std::isnan(x)) return 0;
    if (x >= std::ldexp(1.0, std::numeric_limits<A>::digits)) return std::numeric_limits<A>::max();
    if (x <= static_cast<double>(std::numeric_limits<A>::lowest())) return std::numeric_limits<A>::lowest();
  }
  return static_cast<A>(x);
}

}  // namespace dlas::op
