#include "study/repair/tensor_change.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <numeric>

#include "base/text.h"

namespace dlas::study {
namespace {

constexpr std::size_t kMostAxes = 5;  // whose orders are all tried: 120
constexpr std::uint64_t kNumber = 8;  // as in edit.cpp
using Integers = std::vector<std::int64_t>;

Error misfit(std::string_view expected, std::string_view found) { return make_error(Code::mismatch, expected, found); }

bool is_order(const Integers& order, std::size_t size) {
  if (order.size() != size) return false;
  std::vector<char> seen(size, 0);
  for (const std::int64_t i : order) {
    if (i < 0 || static_cast<std::size_t>(i) >= size || seen[static_cast<std::size_t>(i)]) return false;
    seen[static_cast<std::size_t>(i)] = 1;
  }
  return true;
}

Integers inverse(const Integers& order) {
  Integers out(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) out[static_cast<std::size_t>(order[i])] = static_cast<std::int64_t>(i);
  return out;
}

std::size_t width_of(const Tensor& t) { return static_cast<std::size_t>(bits(t.dtype())) / 8; }

// Sizes and strides of the result of putting the axes of `from` into another order.
struct Turned {
  Shape shape;
  Strides strides;
};
Turned turned(const Shape& from, const Integers& perm) {
  const Strides own = row_major(from);
  Turned out;
  for (const std::int64_t axis : perm) {
    out.shape.push_back(from[static_cast<std::size_t>(axis)]);
    out.strides.push_back(own[static_cast<std::size_t>(axis)]);
  }
  return out;
}

Result<Tensor> apply(const Tensor& tensor, const AxesChange& c) {
  const Shape& from = c.from.empty() ? tensor.shape() : c.from;
  const auto bytes = byte_size(tensor.dtype(), from);
  if (is_packed(tensor.dtype())) return misfit("a tensor of whole bytes", text(tensor));
  if (!bytes || *bytes != tensor.bytes().size() || !is_order(c.perm, from.size()))
    return misfit(fmt::format("axes and sizes of {}", text(tensor)), fmt::format("{} of {}", text(c.perm), text(from)));
  const Turned to = turned(from, c.perm);
  DLAS_ASSIGN(Tensor out, Tensor::zeros(tensor.dtype(), to.shape));
  const std::size_t width = width_of(tensor);
  std::byte* at = out.mutable_bytes().data();
  for (Walk<1> w(to.shape, {to.strides}); !w.done(); w.next(), at += width)
    std::memcpy(at, tensor.bytes().data() + static_cast<std::size_t>(w.offset(0)) * width, width);
  return out;
}

// A tensor as `outer` x `size` x `inner` bytes around one axis.
struct Slices {
  std::size_t outer = 1, size = 1, inner = 1;
};
Slices slices(const Tensor& tensor, std::size_t axis) {
  Slices out;
  for (std::size_t i = 0; i < axis; ++i) out.outer *= static_cast<std::size_t>(tensor.dim(i));
  out.size = static_cast<std::size_t>(tensor.dim(axis));
  out.inner = width_of(tensor);
  for (std::size_t i = axis + 1; i < tensor.rank(); ++i) out.inner *= static_cast<std::size_t>(tensor.dim(i));
  return out;
}

Result<Tensor> apply(const Tensor& tensor, const OrderChange& c) {
  const auto axis = static_cast<std::size_t>(c.axis);
  if (c.axis < 0 || axis >= tensor.rank() || is_packed(tensor.dtype()))
    return misfit(fmt::format("an axis of {}", text(tensor)), fmt::format("{}", c.axis));
  const Slices s = slices(tensor, axis);
  if (!is_order(c.order, s.size))
    return misfit(fmt::format("an order of {} slices", s.size), fmt::format("{} numbers", c.order.size()));
  DLAS_ASSIGN(Tensor out, Tensor::zeros(tensor.dtype(), tensor.shape()));
  for (std::size_t o = 0; o < s.outer; ++o)
    for (std::size_t i = 0; i < s.size; ++i)
      std::memcpy(out.mutable_bytes().data() + (o * s.size + i) * s.inner,
                  tensor.bytes().data() + (o * s.size + static_cast<std::size_t>(c.order[i])) * s.inner, s.inner);
  return out;
}

Result<Tensor> apply(const Tensor& tensor, const AffineChange& c) {
  if (!is_float(tensor.dtype())) return misfit("a tensor of floats", text(tensor));
  const bool whole = c.axis == -1;
  if (!whole && (c.axis < 0 || static_cast<std::size_t>(c.axis) >= tensor.rank()))
    return misfit(fmt::format("an axis of {}", text(tensor)), fmt::format("{}", c.axis));
  Slices s = whole ? Slices{1, 1, tensor.bytes().size()} : slices(tensor, static_cast<std::size_t>(c.axis));
  s.inner /= width_of(tensor);
  if (c.scale.size() != s.size || c.offset.size() != s.size)
    return misfit(fmt::format("{} factors and offsets", s.size),
                  fmt::format("{} and {}", c.scale.size(), c.offset.size()));
  DLAS_ASSIGN(Tensor out, Tensor::zeros(tensor.dtype(), tensor.shape()));
  for_real(tensor.dtype(), [&]<typename T>() {
    const auto in = tensor.as<T>();
    auto to = out.mutable_as<T>();
    for (std::size_t i = 0; i < in.size(); ++i) {
      const std::size_t k = i / s.inner % s.size;
      to[i] = static_cast<T>(static_cast<double>(in[i]) * c.scale[k] + c.offset[k]);
    }
  });
  return out;
}

Result<Tensor> apply(const Tensor&, const CopyChange& c) {
  if (c.tensor.absent()) return misfit("a tensor to copy", "none");
  return c.tensor;
}

// --- finding a change ---

bool gives(const Tensor& before, const TensorChange& change, const Tensor& after) {
  const auto out = changed(before, change);
  return out.ok() && out->same_bits(after);
}

// The first elements decide for most orders, without a tensor being made.
bool may_give(const Tensor& before, const Turned& to, const Tensor& after) {
  constexpr int kLooked = 64;
  const std::size_t width = width_of(before);
  int looked = 0;
  const std::byte* at = after.bytes().data();
  for (Walk<1> w(to.shape, {to.strides}); !w.done() && looked < kLooked; w.next(), at += width, ++looked)
    if (std::memcmp(at, before.bytes().data() + static_cast<std::size_t>(w.offset(0)) * width, width) != 0)
      return false;
  return true;
}

std::optional<TensorChange> axes_change(const Tensor& before, const Tensor& after) {
  const std::size_t rank = after.rank();
  if (rank > kMostAxes || is_packed(before.dtype())) return std::nullopt;
  Integers perm(rank);
  std::iota(perm.begin(), perm.end(), 0);
  do {
    Shape from(rank);
    for (std::size_t i = 0; i < rank; ++i) from[static_cast<std::size_t>(perm[i])] = after.shape()[i];
    AxesChange c{perm, from == before.shape() ? Shape() : from};
    if (may_give(before, turned(from, perm), after) && gives(before, c, after)) return c;
  } while (std::ranges::next_permutation(perm).found);
  return std::nullopt;
}

Hash slice_hash(const Tensor& t, const Slices& s, std::size_t i) {
  Hasher h;
  for (std::size_t o = 0; o < s.outer; ++o) h.add(hash_of(t.bytes().subspan((o * s.size + i) * s.inner, s.inner)));
  return h.finish();
}

std::optional<TensorChange> order_change(const Tensor& before, const Tensor& after) {
  if (before.shape() != after.shape() || is_packed(before.dtype())) return std::nullopt;
  for (std::size_t axis = 0; axis < before.rank(); ++axis) {
    const Slices s = slices(before, axis);
    if (s.size < 2) continue;
    std::multimap<Hash, std::size_t> places;
    for (std::size_t i = 0; i < s.size; ++i) places.emplace(slice_hash(before, s, i), i);
    OrderChange c{static_cast<std::int64_t>(axis), {}};
    for (std::size_t i = 0; i < s.size; ++i) {
      const auto it = places.find(slice_hash(after, s, i));
      if (it == places.end()) break;
      c.order.push_back(static_cast<std::int64_t>(it->second));
      places.erase(it);
    }
    if (c.order.size() == s.size && gives(before, c, after)) return c;
  }
  return std::nullopt;
}

// a / b at the largest |b| of a slice; 1 for a slice of zeros.
std::vector<double> factors(const Tensor& before, const Tensor& after, const Slices& s) {
  std::vector<double> out(s.size, 1), largest(s.size, 0);
  const std::size_t inner = s.inner / width_of(before);
  for (std::int64_t i = 0; i < before.count(); ++i) {
    const std::size_t k = static_cast<std::size_t>(i) / inner % s.size;
    const double b = before.number(i);
    if (!(std::abs(b) > largest[k])) continue;
    largest[k] = std::abs(b);
    out[k] = after.number(i) / b;
  }
  return out;
}

std::optional<TensorChange> affine_change(const Tensor& before, const Tensor& after) {
  if (before.shape() != after.shape() || !is_float(before.dtype()) || before.count() == 0) return std::nullopt;
  const auto attempt = [&](std::int64_t axis, const Slices& s) -> std::optional<TensorChange> {
    std::vector<double> scale = factors(before, after, s);
    for (double& x : scale) {
      if (!std::isfinite(x)) return std::nullopt;
      // A factor that somebody wrote has few digits; the quotient of two rounded numbers has not.
      const double close = parse_double(fmt::format("{:.6g}", x)).value_or(x);
      x = std::abs(close - x) <= 1e-6 * std::abs(x) ? close : x;
    }
    AffineChange c{axis, scale, std::vector<double>(scale.size(), 0)};
    if (gives(before, c, after)) return c;
    return std::nullopt;
  };
  if (auto c = attempt(-1, {1, 1, before.bytes().size()})) return c;
  for (std::size_t axis = 0; axis < before.rank(); ++axis)
    if (before.dim(axis) > 1)
      if (auto c = attempt(static_cast<std::int64_t>(axis), slices(before, axis))) return c;
  return std::nullopt;
}

}  // namespace

Result<Tensor> changed(const Tensor& tensor, const TensorChange& change) {
  return std::visit([&](const auto& c) { return apply(tensor, c); }, change);
}

TensorChange undone(const Tensor& tensor, const TensorChange& change) {
  const auto after = changed(tensor, change);
  check(after.ok(), "only a change that fits is undone");
  std::optional<TensorChange> back;
  if (const auto* c = std::get_if<AxesChange>(&change)) back = AxesChange{inverse(c->perm), {}};
  if (const auto* c = std::get_if<OrderChange>(&change)) back = OrderChange{c->axis, inverse(c->order)};
  if (back && gives(*after, *back, tensor)) return *back;
  return CopyChange{tensor};
}

TensorChange shortest_change(const Tensor& before, const Tensor& after) {
  if (before.dtype() == after.dtype() && before.count() == after.count() && before.count() > 0) {
    if (auto c = axes_change(before, after)) return *c;
    if (auto c = order_change(before, after)) return *c;
    if (auto c = affine_change(before, after)) return *c;
  }
  return CopyChange{after};
}

SetTensor set_tensor(std::string value, const Tensor& before, const Tensor& after) {
  return {std::move(value), shortest_change(before, after), hash_of(before)};
}

std::uint64_t description_length(const TensorChange& change) {
  if (const auto* c = std::get_if<AxesChange>(&change)) return kNumber + c->perm.size() + c->from.size();
  if (const auto* c = std::get_if<OrderChange>(&change)) return kNumber + 2 * c->order.size();
  if (const auto* c = std::get_if<AffineChange>(&change)) return kNumber * (1 + 2 * c->scale.size());
  return kNumber + std::get<CopyChange>(change).tensor.bytes().size();
}

}  // namespace dlas::study
