#include "model/format/torch/symbolic.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "base/checked.h"

namespace dlas::torch {
namespace {

constexpr std::array<std::string_view, 9> kOps{"Add", "Sub", "Mul", "FloorDiv", "Mod", "", "", "Min", "Max"};

std::optional<double> as_real(const Datum& d) {
  if (const auto* r = std::get_if<double>(&d)) return *r;
  if (const auto* n = std::get_if<std::int64_t>(&d)) return static_cast<double>(*n);
  if (const auto* b = std::get_if<bool>(&d)) return *b;
  return std::nullopt;
}

std::optional<std::int64_t> as_integer(const Datum& d) {
  if (const auto* n = std::get_if<std::int64_t>(&d)) return *n;
  if (const auto* b = std::get_if<bool>(&d)) return *b;
  return std::nullopt;
}

template <typename T>
std::optional<bool> compared(Arithmetic what, T a, T b) {
  switch (what) {
    case Arithmetic::eq: return a == b;
    case Arithmetic::ne: return a != b;
    case Arithmetic::lt: return a < b;
    case Arithmetic::le: return a <= b;
    case Arithmetic::gt: return a > b;
    case Arithmetic::ge: return a >= b;
    default: return std::nullopt;
  }
}

std::optional<std::int64_t> power(std::int64_t base, std::int64_t exponent) {
  if (exponent < 0 || exponent > 64) return std::nullopt;
  std::optional<std::int64_t> out = 1;
  for (std::int64_t i = 0; i < exponent && out; ++i) out = checked_mul(*out, base);
  return out;
}

// Nothing when the result does not fit.
std::optional<std::int64_t> of_integers(Arithmetic what, std::int64_t a, std::int64_t b) {
  const bool overflows = b == -1 && a == std::numeric_limits<std::int64_t>::min();
  switch (what) {
    case Arithmetic::add: return checked_add(a, b);
    case Arithmetic::sub: return checked_sub(a, b);
    case Arithmetic::mul: return checked_mul(a, b);
    case Arithmetic::floordiv:
      if (b == 0 || overflows) return std::nullopt;
      return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
    case Arithmetic::mod:
      if (b == 0 || overflows) return std::nullopt;
      return (a % b != 0 && (a < 0) != (b < 0)) ? a % b + b : a % b;
    case Arithmetic::pow: return power(a, b);
    case Arithmetic::min: return std::min(a, b);
    case Arithmetic::max: return std::max(a, b);
    default: return std::nullopt;
  }
}

double of_reals(Arithmetic what, double a, double b) {
  switch (what) {
    case Arithmetic::add: return a + b;
    case Arithmetic::sub: return a - b;
    case Arithmetic::mul: return a * b;
    case Arithmetic::floordiv: return std::floor(a / b);
    case Arithmetic::mod: return a - b * std::floor(a / b);
    case Arithmetic::truediv: return a / b;
    case Arithmetic::pow: return std::pow(a, b);
    case Arithmetic::min: return std::min(a, b);
    default: return std::max(a, b);
  }
}

Result<Datum> of_sizes(Build& build, Arithmetic what, const Datum& a, const Datum& b) {
  const auto is_size = [](const Datum& d) {
    return std::holds_alternative<Size>(d) || std::holds_alternative<std::int64_t>(d);
  };
  const auto op = static_cast<std::size_t>(what);
  if (!is_size(a) || !is_size(b) || op >= kOps.size() || kOps[op].empty())
    return cannot("a decision or a float made of a size that is not known");
  DLAS_ASSIGN(const ValueId out, build.step(kOps[op], {}, {build.size_value(a), build.size_value(b)}));
  return build.size_datum(out);
}

}  // namespace

Result<Datum> arithmetic(Build& build, Arithmetic what, const Datum& a, const Datum& b) {
  const auto integer_a = as_integer(a), integer_b = as_integer(b);
  if (integer_a && integer_b) {
    if (const auto decided = compared(what, *integer_a, *integer_b)) return Datum(*decided);
    if (what != Arithmetic::truediv) {
      const auto out = of_integers(what, *integer_a, *integer_b);
      if (!out)
        return make_error(Code::format, "arithmetic within 64 bits", fmt::format("{}, {}", *integer_a, *integer_b));
      return Datum(*out);
    }
  }
  const auto real_a = as_real(a), real_b = as_real(b);
  if (real_a && real_b) {
    if (const auto decided = compared(what, *real_a, *real_b)) return Datum(*decided);
    return Datum(of_reals(what, *real_a, *real_b));
  }
  if (std::holds_alternative<Size>(a) || std::holds_alternative<Size>(b)) return of_sizes(build, what, a, b);
  return cannot(fmt::format("arithmetic with {} and {}", kind_of(a), kind_of(b)));
}

Result<Datum> negated(Build& build, const Datum& a) {
  return arithmetic(build, Arithmetic::sub, Datum(std::int64_t{0}), a);
}

}  // namespace dlas::torch
