// Type rule and layout of the reductions.
#include "model/op/reduction.h"

namespace dlas::op {
namespace {

// Marks the reduced axes; nothing when they are not known yet.
Result<std::optional<std::vector<bool>>> reduced_axes(const Site& site, const Types& in) {
  const std::size_t rank = in[0].rank();
  const bool noop = site.attributes<Reduction>().noop_with_empty_axes != 0;
  if (!in.has(1)) return std::optional(std::vector<bool>(rank, !noop));
  if ((in[1].dtype != DType::i64 && in[1].dtype != DType::i32) || in[1].rank() > 1)
    return site.wrong_input(1, "a list of int64", in[1]);
  const Tensor* axes = site.constant(1);
  if (!axes) return std::optional<std::vector<bool>>();
  if (axes->count() == 0) return std::optional(std::vector<bool>(rank, !noop));
  std::vector<bool> reduced(rank);
  for (const std::int64_t axis : axes->integers()) {
    const auto index = normalized_axis(axis, rank);
    if (!index) return site.wrong_input(1, "axes of " + text(in[0]), std::to_string(axis));
    reduced[*index] = true;
  }
  return std::optional(reduced);
}

Result<Types> types(const Site& site, const Types& in, const Family& family) {
  DLAS_TRY(check_member(site, in, 0, family));
  DLAS_ASSIGN(const auto reduced, reduced_axes(site, in));
  const bool keep = site.attributes<Reduction>().keepdims != 0;
  if (!reduced && !keep) return Types{Type::unranked(in[0].dtype)};
  std::vector<Dim> dims;
  for (std::size_t i = 0; i < in[0].rank(); ++i) {
    if (!reduced) dims.emplace_back();
    else if (!(*reduced)[i]) dims.push_back(in[0].dim(i));
    else if (keep) dims.emplace_back(1);
  }
  return Types{Type(in[0].dtype, std::move(dims))};
}

}  // namespace

Result<Types> reduced_types(const Site& site, const Types& in) { return types(site, in, kNumbers); }
Result<Types> reduced_or_bool_types(const Site& site, const Types& in) { return types(site, in, kAnything); }

ReducedLayout reduced_layout(const Call& call) {
  const auto reduced = reduced_axes(call.site, call.in_types);
  check(reduced.ok() && reduced->has_value(), "axes are known and valid when a reduction runs");
  const Shape& shape = call.in[0].shape();
  const Strides strides = row_major(shape);
  ReducedLayout layout;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool goes = (**reduced)[i];
    (goes ? layout.gone : layout.kept).push_back(shape[i]);
    (goes ? layout.gone_strides : layout.kept_strides).push_back(strides[i]);
  }
  return layout;
}

}  // namespace dlas::op
