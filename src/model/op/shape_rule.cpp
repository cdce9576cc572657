#include "model/op/shape_rule.h"

#include <fmt/format.h>

#include <algorithm>

namespace dlas::op {

Result<std::size_t> checked_axis(const Site& site, std::string_view attribute, std::int64_t axis, std::size_t rank) {
  if (const auto a = normalized_axis(axis, rank)) return *a;
  return site.wrong_attribute(attribute, fmt::format("an axis of {}", rank), fmt::format("{}", axis));
}

Result<std::vector<std::size_t>> checked_axes(const Site& site, std::size_t slot, const std::vector<std::int64_t>& axes,
                                              std::size_t rank) {
  std::vector<std::size_t> out;
  std::vector<char> seen(rank, 0);
  for (const std::int64_t axis : axes) {
    const auto a = normalized_axis(axis, rank);
    if (!a) return site.wrong_input(slot, fmt::format("axes of {}", rank), fmt::format("{}", axis));
    if (seen[*a]) return site.wrong_input(slot, "each axis once", fmt::format("{} twice", axis));
    seen[*a] = 1;
    out.push_back(*a);
  }
  return out;
}

Status check_list(const Site& site, const Types& in, std::size_t slot, bool scalar) {
  const Type& type = in[slot];
  const bool shaped = type.rank() == 1 || (scalar && type.rank() == 0);
  if (shaped && (type.dtype == DType::i64 || type.dtype == DType::i32)) return {};
  return site.wrong_input(slot, scalar ? "one axis or a scalar of int64 or int32" : "one axis of int64 or int32", type);
}

std::optional<std::vector<std::int64_t>> known_list(const Site& site, std::size_t slot) {
  const Tensor* tensor = site.constant(slot);
  if (!tensor) return std::nullopt;
  return tensor->integers();
}

std::optional<std::size_t> list_length(const Type& type) {
  if (type.rank() == 0) return 1;
  if (!type.dim(0).known()) return std::nullopt;
  return static_cast<std::size_t>(type.dim(0).size());
}

std::vector<Dim> unknown_sizes(std::size_t rank) { return std::vector<Dim>(rank); }

Dim elements_of(const std::vector<Dim>& dims) {
  Dim all(1);
  for (const Dim& d : dims) {
    if (d.known() && d.size() == 0) return 0;
    all = product(all, d);
  }
  return all;
}

Result<std::int64_t> checked_index(const Site& site, std::size_t slot, std::int64_t index, std::int64_t size) {
  if (index >= -size && index < size) return index < 0 ? index + size : index;
  return site.wrong_input(slot, fmt::format("indices of {}", size), fmt::format("{}", index));
}

}  // namespace dlas::op
