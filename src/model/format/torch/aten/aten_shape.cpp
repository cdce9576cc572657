// Operators that give a tensor another shape. Most share memory with their input, so each remembers how it was made.
#include <fmt/format.h>

#include <numeric>

#include "base/checked.h"
#include "model/format/torch/aten/aten.h"

namespace dlas::torch {
namespace {

// A Reshape of the first argument. How to make it again of a changed base is known when the sizes are.
Result<Datum> reshaped(Call& call, const std::vector<Datum>& sizes) {
  DLAS_ASSIGN(const TensorRef base, call.cell(0));
  DLAS_ASSIGN(const ValueId x, current(base, call.build));
  DLAS_ASSIGN(const ValueId shape, call.build.reshape_sizes(sizes));
  DLAS_ASSIGN(const Datum out, call.build.finish("Reshape", {{"allowzero", std::int64_t{1}}}, {x, shape}));
  call.build.declare(std::get<TensorRef>(out)->value, sizes);
  View view;
  if (const Tensor* known = call.build.constant(shape)) {
    view.kind = View::Kind::reshape;
    view.list = known->integers();
  }
  return view_of(out, base, std::move(view));
}

Result<Datum> permuted(Call& call, const std::vector<std::int64_t>& axes) {
  DLAS_ASSIGN(const TensorRef base, call.cell(0));
  DLAS_ASSIGN(const ValueId x, current(base, call.build));
  DLAS_ASSIGN(const Datum out, call.build.finish("Transpose", {{"perm", axes}}, {x}));
  View view;
  view.kind = View::Kind::permute;
  view.list = axes;
  return view_of(out, base, std::move(view));
}

Result<std::vector<Datum>> sizes_of(Call& call, ValueId x) {
  DLAS_ASSIGN(const std::size_t rank, call.rank_of(x));
  std::vector<Datum> out;
  for (std::size_t i = 0; i < rank; ++i) {
    DLAS_ASSIGN(Datum size, call.build.size_of(x, static_cast<std::int64_t>(i)));
    out.push_back(std::move(size));
  }
  return out;
}

// The product of sizes that are known; nothing when one is not.
std::optional<Datum> product(const std::vector<Datum>& sizes, std::size_t first, std::size_t last) {
  std::int64_t all = 1;
  for (std::size_t i = first; i <= last; ++i) {
    const auto* size = std::get_if<std::int64_t>(&sizes[i]);
    if (!size || __builtin_mul_overflow(all, *size, &all)) return std::nullopt;
  }
  return Datum(all);
}

Result<Datum> expanded(Call& call, const std::vector<Datum>& sizes) {
  DLAS_ASSIGN(const TensorRef base, call.cell(0));
  DLAS_ASSIGN(const ValueId x, current(base, call.build));
  std::vector<Datum> wanted = sizes;
  for (Datum& size : wanted)  // -1 keeps a size; 1 does the same under broadcasting
    if (const auto* n = std::get_if<std::int64_t>(&size); n && *n == -1) size = std::int64_t{1};
  DLAS_ASSIGN(const ValueId shape, call.build.sizes_value(wanted));
  DLAS_ASSIGN(const Datum out, call.build.finish("Expand", {}, {x, shape}));
  call.build.declare(std::get<TensorRef>(out)->value, sizes);
  return view_of(out, base, {});
}

}  // namespace

// self size
Result<Datum> view(Call& call) {
  if (std::holds_alternative<DType>(call.datum(1))) return cannot("bits read as another type");
  DLAS_ASSIGN(const std::vector<Datum> sizes, call.items(1));
  return reshaped(call, sizes);
}

// self size stride storage_offset: only the strides of rows one after another are a shape
Result<Datum> as_strided(Call& call) {
  DLAS_ASSIGN(const auto sizes, call.integers(1));
  DLAS_ASSIGN(const auto strides, call.integers(2));
  DLAS_ASSIGN(const std::int64_t offset, call.integer(3, 0));
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  const auto have = call.build.type(x).count();
  const auto want = checked_product(sizes);
  if (offset != 0 || !have || !want || *have != *want || strides.size() != sizes.size())
    return cannot("strides of its own");
  const Strides rows = row_major(sizes);
  for (std::size_t i = 0; i < sizes.size(); ++i)
    if (sizes[i] != 1 && strides[i] != rows[i]) return cannot("strides of its own");
  std::vector<Datum> list(sizes.begin(), sizes.end());
  return reshaped(call, list);
}

// self other
Result<Datum> view_as(Call& call) {
  DLAS_ASSIGN(const ValueId other, call.tensor(1));
  DLAS_ASSIGN(const std::vector<Datum> sizes, sizes_of(call, other));
  return reshaped(call, sizes);
}

// self start_dim end_dim
Result<Datum> flatten(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const std::size_t rank, call.rank_of(x));
  if (rank == 0) return reshaped(call, {std::int64_t{1}});
  DLAS_ASSIGN(const std::int64_t first, call.axis(1, x, 0));
  DLAS_ASSIGN(const std::int64_t last, call.axis(2, x, -1));
  if (first > last) return make_error(Code::format, "a first axis before the last", fmt::format("{} {}", first, last));
  const auto from = static_cast<std::size_t>(first), to = static_cast<std::size_t>(last);
  std::vector<Datum> sizes;
  std::vector<Datum> in(rank);
  for (std::size_t i = 0; i < rank; ++i) {
    const Dim& dim = call.build.type(x).dim(i);
    if (dim.known()) in[i] = dim.size();
  }
  for (std::size_t i = 0; i < from; ++i) {
    DLAS_ASSIGN(Datum size, call.build.size_of(x, static_cast<std::int64_t>(i)));
    sizes.push_back(std::move(size));
  }
  sizes.push_back(product(in, from, to).value_or(std::int64_t{-1}));
  for (std::size_t i = to + 1; i < rank; ++i) {
    DLAS_ASSIGN(Datum size, call.build.size_of(x, static_cast<std::int64_t>(i)));
    sizes.push_back(std::move(size));
  }
  return reshaped(call, sizes);
}

// self dim sizes
Result<Datum> unflatten(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const std::int64_t axis, call.axis(1, x, 0));
  DLAS_ASSIGN(std::vector<Datum> sizes, sizes_of(call, x));
  DLAS_ASSIGN(const std::vector<Datum> parts, call.items(2));
  const auto at = sizes.begin() + axis;
  sizes.erase(at);
  sizes.insert(sizes.begin() + axis, parts.begin(), parts.end());
  return reshaped(call, sizes);
}

// self dim, or dims; without one all sizes 1 go
Result<Datum> squeeze(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const auto axes, call.axes(1, x));
  DLAS_ASSIGN(const std::vector<Datum> in, sizes_of(call, x));
  std::vector<Datum> sizes;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const bool may_go = std::ranges::find(axes, static_cast<std::int64_t>(i)) != axes.end();
    if (may_go && std::holds_alternative<Size>(in[i])) return cannot("an axis that goes if its size, not known, is 1");
    if (!may_go || std::get<std::int64_t>(in[i]) != 1) sizes.push_back(in[i]);
  }
  return reshaped(call, sizes);
}

// self dim
Result<Datum> unsqueeze(Call& call) {
  DLAS_ASSIGN(const TensorRef base, call.cell(0));
  DLAS_ASSIGN(const ValueId x, current(base, call.build));
  DLAS_ASSIGN(const std::int64_t axis, call.integer(1));
  DLAS_ASSIGN(const Datum out, call.build.finish("Unsqueeze", {}, {x, call.build.list({axis})}));
  View view;
  const Type& type = call.build.type(std::get<TensorRef>(out)->value);
  if (type.fixed()) {
    view.kind = View::Kind::reshape;
    view.list = type.shape();
  }
  return view_of(out, base, std::move(view));
}

// self dims
Result<Datum> permute(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const auto axes, call.axes(1, x));
  return permuted(call, axes);
}

// self dim0 dim1
Result<Datum> transpose(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const std::size_t rank, call.rank_of(x));
  DLAS_ASSIGN(const std::int64_t a, call.axis(1, x, 0));
  DLAS_ASSIGN(const std::int64_t b, call.axis(2, x, 1));
  std::vector<std::int64_t> axes(rank);
  std::iota(axes.begin(), axes.end(), 0);
  if (rank > 0) std::swap(axes[static_cast<std::size_t>(a)], axes[static_cast<std::size_t>(b)]);
  return permuted(call, axes);
}

Result<Datum> matrix_transpose(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const std::size_t rank, call.rank_of(x));
  if (rank < 2) return call.datum(0);
  if (rank > 2) return cannot(fmt::format("a transposed tensor of {} axes", rank));
  return permuted(call, {1, 0});
}

// self size implicit
Result<Datum> expand(Call& call) {
  DLAS_ASSIGN(const std::vector<Datum> sizes, call.items(1));
  return expanded(call, sizes);
}

// self other
Result<Datum> expand_as(Call& call) {
  DLAS_ASSIGN(const ValueId other, call.tensor(1));
  DLAS_ASSIGN(const std::vector<Datum> sizes, sizes_of(call, other));
  return expanded(call, sizes);
}

// self repeats
Result<Datum> repeat(Call& call) {
  DLAS_ASSIGN(ValueId x, call.tensor(0));
  DLAS_ASSIGN(const std::vector<Datum> repeats, call.items(1));
  DLAS_ASSIGN(const std::size_t rank, call.rank_of(x));
  if (repeats.size() < rank) return make_error(Code::format, "a count for each axis", "fewer");
  if (repeats.size() > rank) {
    std::vector<std::int64_t> axes(repeats.size() - rank);
    std::iota(axes.begin(), axes.end(), 0);
    DLAS_ASSIGN(x, call.build.step("Unsqueeze", {}, {x, call.build.list(axes)}));
  }
  DLAS_ASSIGN(const ValueId counts, call.build.sizes_value(repeats));
  return call.build.finish("Tile", {}, {x, counts});
}

// self upscale_factor
Result<Datum> pixel_shuffle(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const std::int64_t factor, call.integer(1));
  return call.build.finish("DepthToSpace", {{"blocksize", factor}, {"mode", std::string("CRD")}}, {x});
}

// input groups
Result<Datum> channel_shuffle(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const std::int64_t groups, call.integer(1));
  DLAS_ASSIGN(const std::vector<Datum> sizes, sizes_of(call, x));
  const auto* channels = sizes.size() == 4 ? std::get_if<std::int64_t>(&sizes[1]) : nullptr;
  if (!channels || groups < 1 || *channels % groups != 0) return cannot("channels that groups do not divide");
  DLAS_ASSIGN(const ValueId parts,
              call.build.reshape_sizes({sizes[0], groups, *channels / groups, sizes[2], sizes[3]}));
  DLAS_ASSIGN(const ValueId grouped, call.build.step("Reshape", {}, {x, parts}));
  const std::vector<std::int64_t> swapped{0, 2, 1, 3, 4};
  DLAS_ASSIGN(const ValueId turned, call.build.step("Transpose", {{"perm", swapped}}, {grouped}));
  DLAS_ASSIGN(const ValueId whole, call.build.reshape_sizes(sizes));
  return call.build.finish("Reshape", {}, {turned, whole});
}

}  // namespace dlas::torch
