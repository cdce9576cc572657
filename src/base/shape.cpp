#include "base/shape.h"

#include <algorithm>

#include "base/checked.h"

namespace dlas {

std::string text(std::span<const std::int64_t> shape) {
  std::string out = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (i) out += ',';
    out += std::to_string(shape[i]);
  }
  return out + "]";
}

std::int64_t count(std::span<const std::int64_t> shape) {
  const auto product = checked_product(shape);
  check(product.has_value(), "the elements of a tensor's shape can be counted");
  return *product;
}

std::optional<std::uint64_t> byte_size(DType dtype, std::span<const std::int64_t> shape) {
  const auto elements = checked_product(shape);
  if (!elements) return std::nullopt;
  const auto total =
      checked_mul<std::uint64_t>(static_cast<std::uint64_t>(*elements), static_cast<std::uint64_t>(bits(dtype)));
  if (!total) return std::nullopt;
  return *total / 8 + (*total % 8 != 0);
}

Strides row_major(std::span<const std::int64_t> shape) {
  Strides strides(shape.size(), 1);
  // A shape with a zero may have other sizes whose product does not fit; its strides are never used.
  for (std::size_t i = shape.size(); i-- > 1;)
    strides[i - 1] = checked_mul(strides[i], std::max<std::int64_t>(shape[i], 1)).value_or(0);
  return strides;
}

std::optional<Shape> broadcast(std::span<const std::int64_t> a, std::span<const std::int64_t> b) {
  Shape out(std::max(a.size(), b.size()), 1);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::int64_t x = i < a.size() ? a[a.size() - 1 - i] : 1;
    const std::int64_t y = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (x != y && x != 1 && y != 1) return std::nullopt;
    out[out.size() - 1 - i] = x == 1 ? y : x;
  }
  return out;
}

Strides broadcast_strides(std::span<const std::int64_t> from, std::span<const std::int64_t> to) {
  check(from.size() <= to.size(), "a broadcast adds axes, it never drops them");
  const Strides own = row_major(from);
  Strides out(to.size(), 0);
  const std::size_t lead = to.size() - from.size();
  for (std::size_t i = 0; i < from.size(); ++i) out[lead + i] = from[i] == 1 ? 0 : own[i];
  return out;
}

}  // namespace dlas
