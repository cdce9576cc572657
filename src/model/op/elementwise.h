// What the elementwise operators share: type rules over families of element types, and loops over elements.
//
// Floats of every width are computed in float64 and rounded once; for + - * / and the square root this equals the
// operation in the width itself, since float64 has more than twice the digits. Integers keep their type; helpers
// below let them wrap around without undefined behaviour.
#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "model/graph/operator.h"

namespace dlas::op {

// A set of element types with the name that an error gives it.
struct Family {
  bool (*has)(DType);
  std::string_view name;
};
extern const Family kFloats, kNumbers, kIntegers, kUnsigned, kBooleans, kAnything;

// True when the family has the type; stored integers of a quantised tensor stand for floats, so they belong too.
bool belongs(const Family& family, const Type& type);

// Input `slot` is of the family, and of the element type of input 0 when `like_first`.
Status check_member(const Site& site, const Types& in, std::size_t slot, const Family& family, bool like_first = true);

// The broadcast of all inputs from slot `from` on. Errors: two sizes that contradict, at the slot where they do.
Result<std::vector<Dim>> broadcast_inputs(const Site& site, const Types& in, std::size_t from = 0);

// One input, one output of its type.
Result<Types> float_types(const Site& site, const Types& in);
Result<Types> number_types(const Site& site, const Types& in);
Result<Types> integer_types(const Site& site, const Types& in);
Result<Types> boolean_types(const Site& site, const Types& in);
// One input, a bool for each element.
Result<Types> float_test_types(const Site& site, const Types& in);

// Inputs of one type (two or any number), one output of the broadcast shape.
Result<Types> float_broadcast_types(const Site& site, const Types& in);
Result<Types> number_broadcast_types(const Site& site, const Types& in);
Result<Types> integer_broadcast_types(const Site& site, const Types& in);
Result<Types> boolean_broadcast_types(const Site& site, const Types& in);
// The same with bool as output.
Result<Types> order_types(const Site& site, const Types& in);     // numbers
Result<Types> equality_types(const Site& site, const Types& in);  // anything

// The type in which an element is computed: float64 for floats, the type itself otherwise.
template <typename T>
using Computed = std::conditional_t<is_real_v<T>, double, T>;

// a + b, a - b, a * b modulo 2^bits for integers, plain for float64.
template <typename T>
T wrapped_add(T a, T b) {
  if constexpr (std::integral<T>) return static_cast<T>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
  else return a + b;
}
template <typename T>
T wrapped_sub(T a, T b) {
  if constexpr (std::integral<T>) return static_cast<T>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
  else return a - b;
}
template <typename T>
T wrapped_mul(T a, T b) {
  if constexpr (std::integral<T>) return static_cast<T>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
  else return a * b;
}

template <typename T>
bool nan_at(T x) {
  if constexpr (std::integral<T>) return false;
  else return std::isnan(x);
}

// The error of an operator that meets stored integers which it could only compute as quantised values.
Error no_such_kernel(const Call& call);
// Errors: a 0 among the integers of input `slot`.
Status check_no_zero(const Call& call, std::size_t slot);

// out = f(in) for floats. Errors: the input is not of floats (a quantised tensor without an integer kernel).
template <typename F>
Status map_floats(const Call& call, F f) {
  if (!is_float(call.in[0].dtype())) return no_such_kernel(call);
  for_real(call.in[0].dtype(), [&]<typename T>() {
    const auto x = call.in[0].as<T>();
    const auto y = call.out[0].mutable_as<T>();
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = static_cast<T>(f(static_cast<double>(x[i])));
  });
  return {};
}

// out = f(in) for floats (as double) and integers (as they are).
template <typename F>
Status map_numbers(const Call& call, F f) {
  for_number(call.in[0].dtype(), [&]<typename T>() {
    const auto x = call.in[0].as<T>();
    const auto y = call.out[0].mutable_as<T>();
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = static_cast<T>(f(static_cast<Computed<T>>(x[i])));
  });
  return {};
}

// Calls visit(i, a, b) for each element i of the broadcast shape with the offsets of its two operands.
template <typename F>
void for_pairs(const Tensor& a, const Tensor& b, const Shape& shape, F visit) {
  const std::int64_t n = count(shape);
  if (a.shape() == shape && b.shape() == shape) {
    for (std::int64_t i = 0; i < n; ++i) visit(i, i, i);
  } else if (a.shape() == shape && b.count() == 1) {
    for (std::int64_t i = 0; i < n; ++i) visit(i, i, std::int64_t{0});
  } else {
    std::int64_t i = 0;
    Walk<2> w(shape, {broadcast_strides(a.shape(), shape), broadcast_strides(b.shape(), shape)});
    for (; !w.done(); w.next()) visit(i++, w.offset(0), w.offset(1));
  }
}

// out = f(a, b), operands of type T, results of type R.
template <typename T, typename R, typename F>
void zip_as(const Tensor& left, const Tensor& right, Tensor& out, F f) {
  const T* a = left.as<T>().data();
  const T* b = right.as<T>().data();
  R* y = out.mutable_as<R>().data();
  for_pairs(left, right, out.shape(), [&](std::int64_t i, std::int64_t p, std::int64_t q) {
    y[i] = static_cast<R>(f(static_cast<Computed<T>>(a[p]), static_cast<Computed<T>>(b[q])));
  });
}

template <typename F>
Status zip_floats(const Call& call, F f) {
  if (!is_float(call.in[0].dtype())) return no_such_kernel(call);
  for_real(call.in[0].dtype(), [&]<typename T>() { zip_as<T, T>(call.in[0], call.in[1], call.out[0], f); });
  return {};
}
template <typename F>
Status zip_numbers(const Call& call, F f) {
  for_number(call.in[0].dtype(), [&]<typename T>() { zip_as<T, T>(call.in[0], call.in[1], call.out[0], f); });
  return {};
}
template <typename F>
Status zip_integers(const Call& call, F f) {
  for_int(call.in[0].dtype(), [&]<typename T>() { zip_as<T, T>(call.in[0], call.in[1], call.out[0], f); });
  return {};
}
template <typename F>
Status zip_booleans(const Call& call, F f) {
  zip_as<bool, bool>(call.in[0], call.in[1], call.out[0], f);
  return {};
}
// A bool for each pair.
template <typename F>
Status compare(const Call& call, F f) {
  for_any(call.in[0].dtype(), [&]<typename T>() { zip_as<T, bool>(call.in[0], call.in[1], call.out[0], f); });
  return {};
}

// out = in[0] combined with in[1], in[2], ... from left to right. `finish` sees the combined value and the number of
// inputs; nothing is rounded before it for floats.
template <typename F, typename G>
Status fold_inputs(const Call& call, F combine, G finish) {
  for_number(call.in[0].dtype(), [&]<typename T>() {
    const Shape& shape = call.out[0].shape();
    std::vector<Computed<T>> total(static_cast<std::size_t>(call.out[0].count()));
    for (std::size_t k = 0; k < call.in.size(); ++k) {
      const T* x = call.in[k].as<T>().data();
      std::size_t i = 0;
      for (Walk<1> w(shape, {broadcast_strides(call.in[k].shape(), shape)}); !w.done(); w.next(), ++i) {
        const auto value = static_cast<Computed<T>>(x[w.offset(0)]);
        total[i] = k == 0 ? value : combine(total[i], value);
      }
    }
    const auto y = call.out[0].mutable_as<T>();
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = static_cast<T>(finish(total[i], call.in.size()));
  });
  return {};
}

}  // namespace dlas::op
