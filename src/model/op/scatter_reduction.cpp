#include "model/op/scatter_reduction.h"

#include <cmath>

#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

template <typename T>
T combined(Reduction reduction, T old, T update) {
  if constexpr (is_real_v<T>) {
    const auto a = static_cast<double>(old), b = static_cast<double>(update);
    if (reduction == Reduction::add) return static_cast<T>(a + b);
    if (reduction == Reduction::mul) return static_cast<T>(a * b);
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) ? old : update;
    return (reduction == Reduction::max) == (a < b) ? update : old;
  } else {
    const auto a = static_cast<std::uint64_t>(old), b = static_cast<std::uint64_t>(update);
    if (reduction == Reduction::add) return static_cast<T>(a + b);
    if (reduction == Reduction::mul) return static_cast<T>(a * b);
    return (reduction == Reduction::max) == (old < update) ? update : old;
  }
}

}  // namespace

Status check_reduction(const Site& site, Reduction reduction, const Type& data) {
  if (reduction == Reduction::none || is_float(data.dtype) || (is_int(data.dtype) && !is_packed(data.dtype))) return {};
  return site.wrong_attribute("reduction", "none for " + std::string(text(data.dtype)),
                              kReductions[static_cast<std::size_t>(reduction)]);
}

void reduce_element(Reduction reduction, const Tensor& from, std::int64_t source, Tensor& to, std::int64_t target) {
  if (reduction == Reduction::none) return copy_element(from, source, to, target);
  for_number(to.dtype(), [&]<typename T>() {
    T& place = to.mutable_as<T>()[static_cast<std::size_t>(target)];
    place = combined<T>(reduction, place, from.as<T>()[static_cast<std::size_t>(source)]);
  });
}

}  // namespace dlas::op
