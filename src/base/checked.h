// Size arithmetic that reports overflow instead of wrapping. For every number that came from a file.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>

namespace dlas {

template <std::integral T>
constexpr std::optional<T> checked_add(T a, T b) {
  T out;
  if (__builtin_add_overflow(a, b, &out)) return std::nullopt;
  return out;
}

template <std::integral T>
constexpr std::optional<T> checked_sub(T a, T b) {
  T out;
  if (__builtin_sub_overflow(a, b, &out)) return std::nullopt;
  return out;
}

template <std::integral T>
constexpr std::optional<T> checked_mul(T a, T b) {
  T out;
  if (__builtin_mul_overflow(a, b, &out)) return std::nullopt;
  return out;
}

// Product of non-negative sizes. Nothing on a negative factor or overflow, even when a later factor is 0.
constexpr std::optional<std::int64_t> checked_product(std::span<const std::int64_t> factors) {
  std::int64_t product = 1;
  bool zero = false;
  for (std::int64_t f : factors) {
    if (f < 0) return std::nullopt;
    if (f == 0) zero = true;
    else if (__builtin_mul_overflow(product, f, &product)) return std::nullopt;
  }
  return zero ? 0 : product;
}

// True when [offset, offset + length) lies inside [0, size).
constexpr bool range_fits(std::uint64_t offset, std::uint64_t length, std::uint64_t size) {
  return offset <= size && length <= size - offset;
}

}  // namespace dlas
