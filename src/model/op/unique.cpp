// Unique: each element (or slice along `axis`) once, with first place, number in the result, and count.  ONNX Unique, opset 11
//
// Sorted ascending, slices lexicographically, or in order of first occurrence. NaN equals NaN and is above all numbers,
// as in NumPy.
#include <algorithm>
#include <numeric>

#include "model/op/element_order.h"
#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

struct Attributes {
  std::optional<std::int64_t> axis;
  bool sorted = true;
  void fields(auto& f) {
    f("axis", axis);
    f("sorted", sorted);
  }
};

Result<Types> infer(const Site& site, const Types& in) {
  const auto& asked = site.attributes<Attributes>().axis;
  Type values(in[0].dtype, {Dim()});
  if (asked) {
    DLAS_ASSIGN(const std::size_t axis, checked_axis(site, "axis", *asked, in[0].rank()));
    values.dims = *in[0].dims;
    (*values.dims)[axis] = Dim();
  }
  const Type places(DType::i64, {Dim()});
  return Types{values, places, places, places};
}

// The input as slices along one axis.
struct Slices {
  Tensor data;
  std::int64_t outer, size, inner;

  int compare(std::int64_t a, std::int64_t b) const {
    for (std::int64_t o = 0; o < outer; ++o)
      for (std::int64_t i = 0; i < inner; ++i) {
        const int c = compared(data, (o * size + a) * inner + i, (o * size + b) * inner + i);
        if (c != 0) return c;
      }
    return 0;
  }
};

struct Groups {
  std::vector<std::int64_t> first, inverse, count;
};

Groups grouped(const Slices& slices, bool sorted) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(slices.size));
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](std::int64_t a, std::int64_t b) { return slices.compare(a, b) < 0; });
  Groups groups{{}, std::vector<std::int64_t>(order.size()), {}};
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || slices.compare(order[i - 1], order[i]) != 0) {
      groups.first.push_back(order[i]);
      groups.count.push_back(0);
    }
    ++groups.count.back();
    groups.inverse[static_cast<std::size_t>(order[i])] = static_cast<std::int64_t>(groups.first.size()) - 1;
  }
  if (sorted) return groups;
  std::vector<std::int64_t> by_place(groups.first.size()), rank(groups.first.size());
  std::iota(by_place.begin(), by_place.end(), 0);
  const auto at = [](const std::vector<std::int64_t>& v, std::int64_t i) { return v[static_cast<std::size_t>(i)]; };
  std::ranges::sort(by_place, {}, [&](std::int64_t g) { return at(groups.first, g); });
  Groups out{{}, groups.inverse, {}};
  for (std::size_t i = 0; i < by_place.size(); ++i) {
    rank[static_cast<std::size_t>(by_place[i])] = static_cast<std::int64_t>(i);
    out.first.push_back(at(groups.first, by_place[i]));
    out.count.push_back(at(groups.count, by_place[i]));
  }
  for (std::int64_t& g : out.inverse) g = at(rank, g);
  return out;
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const Tensor in = a.axis ? call.in[0] : call.in[0].reshaped({call.in[0].count()});
  const std::size_t axis = a.axis ? *normalized_axis(*a.axis, in.rank()) : 0;
  Shape shape = in.shape();
  const Slices slices{in, count(std::span(shape).first(axis)), shape[axis], count(std::span(shape).subspan(axis + 1))};
  const Groups groups = grouped(slices, a.sorted);
  shape[axis] = static_cast<std::int64_t>(groups.first.size());
  DLAS_ASSIGN(call.out[0], Tensor::zeros(in.dtype(), shape));
  for (std::size_t g = 0; g < groups.first.size(); ++g)
    strided_copy(in, {groups.first[g] * slices.inner, {slices.size * slices.inner, 1}}, call.out[0],
                 {static_cast<std::int64_t>(g) * slices.inner, {shape[axis] * slices.inner, 1}},
                 {slices.outer, slices.inner});
  call.out[1] = Tensor::of_i64(groups.first);
  call.out[2] = Tensor::of_i64(groups.inverse);
  call.out[3] = Tensor::of_i64(groups.count);
  return {};
}

}  // namespace

extern const Op unique = {
    .name = "Unique",
    .inputs = "X",
    .outputs = "Y indices? inverse_indices? counts?",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .dynamic = true,
    .units = Units::compared,
};

}  // namespace dlas::op
