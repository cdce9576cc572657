#include "model/graph/type.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/checked.h"

namespace dlas {

bool may_equal(const Dim& a, const Dim& b) { return !a.known() || !b.known() || a.size() == b.size(); }

std::optional<Dim> merged(const Dim& a, const Dim& b) {
  if (!may_equal(a, b)) return std::nullopt;
  if (a.known() || (!a.name().empty() && !b.known())) return a;
  return b;
}

Dim sum(const Dim& a, const Dim& b) {
  if (!a.known() || !b.known()) return {};
  const auto s = checked_add(a.size(), b.size());
  return s ? Dim(*s) : Dim();
}

Dim product(const Dim& a, const Dim& b) {
  if ((a.known() && a.size() == 1)) return b;
  if ((b.known() && b.size() == 1)) return a;
  if (!a.known() || !b.known()) return {};
  const auto p = checked_mul(a.size(), b.size());
  return p ? Dim(*p) : Dim();
}

std::string text(const Dim& dim) {
  if (dim.known()) return std::to_string(dim.size());
  return dim.name().empty() ? "?" : dim.name();
}

Type Type::of(const Tensor& tensor) {
  return {tensor.dtype(), std::vector<Dim>(tensor.shape().begin(), tensor.shape().end())};
}

Type Type::unranked(DType dtype) {
  Type t;
  t.dtype = dtype;
  return t;
}

bool Type::fixed() const { return dims && std::ranges::all_of(*dims, &Dim::known); }

Shape Type::shape() const {
  check(fixed(), "the shape is fixed here");
  Shape s;
  for (const Dim& d : *dims) s.push_back(d.size());
  return s;
}

std::optional<std::int64_t> Type::count() const {
  if (!fixed()) return std::nullopt;
  return checked_product(shape());
}

std::optional<std::uint64_t> Type::bytes() const {
  if (!fixed()) return std::nullopt;
  return byte_size(dtype, shape());
}

bool Type::is_scalar_like() const { return count() == 1; }

Type Type::with_dtype(DType d) const {
  Type t = *this;
  t.dtype = d;
  t.quantization = nullptr;
  return t;
}

Type Type::plain() const {
  Type t = *this;
  t.quantization = nullptr;
  t.axes.clear();
  return t;
}

bool Type::operator==(const Type& other) const {
  const bool both = quantization && other.quantization;
  return dtype == other.dtype && dims == other.dims && axes == other.axes &&
         (both ? *quantization == *other.quantization : quantization == other.quantization);
}

std::string text(const Quantization& q) {
  std::string out = q.per_axis() ? fmt::format("q(axis={};", q.axis) : "q(";
  const std::size_t shown = std::min<std::size_t>(q.scales.size(), 3);
  for (std::size_t i = 0; i < shown; ++i)
    out += fmt::format("{}{:.6g},{}", i ? ";" : "", q.scales[i], i < q.zero_points.size() ? q.zero_points[i] : 0);
  return out + (shown < q.scales.size() ? ";..)" : ")");
}

std::string text(const Type& type) {
  if (type.dtype == DType::none && !type.dims) return "nothing known";
  std::string out(short_text(type.dtype));
  if (!type.dims) return out + " [?]";
  out += " [";
  for (std::size_t i = 0; i < type.rank(); ++i) out += (i ? "," : "") + text(type.dim(i));
  out += "]";
  return type.quantization ? out + " " + text(*type.quantization) : out;
}

std::optional<std::vector<Dim>> broadcast(const std::vector<Dim>& a, const std::vector<Dim>& b) {
  std::vector<Dim> out(std::max(a.size(), b.size()), Dim(1));
  for (std::size_t i = 0; i < out.size(); ++i) {
    const Dim x = i < a.size() ? a[a.size() - 1 - i] : Dim(1);
    const Dim y = i < b.size() ? b[b.size() - 1 - i] : Dim(1);
    Dim& o = out[out.size() - 1 - i];
    if (x.known() && x.size() == 1) o = y;
    else if (y.known() && y.size() == 1) o = x;
    else if (const auto m = merged(x, y)) o = x.known() || y.known() || x == y ? *m : Dim();
    else return std::nullopt;
  }
  return out;
}

std::optional<std::size_t> normalized_axis(std::int64_t axis, std::size_t rank) {
  const auto r = static_cast<std::int64_t>(rank);
  if (axis < -r || axis >= r) return std::nullopt;
  return static_cast<std::size_t>(axis < 0 ? axis + r : axis);
}

}  // namespace dlas
