// TopK: the k largest (or smallest) elements along `axis` and where they stand.                  ONNX TopK, opset 11 to 24
//
// Sorted, equal elements by ascending index; NaN counts as the largest value. `sorted` = 0 leaves the order open in ONNX;
// we sort all the same.
#include <algorithm>
#include <numeric>

#include "model/op/element_order.h"
#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

enum Input { kX, kK };

struct Attributes {
  std::int64_t axis = -1;
  bool largest = true;
  bool sorted = true;
  void fields(auto& f) {
    f("axis", axis);
    f("largest", largest);
    f("sorted", sorted);
  }
};

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_ASSIGN(const std::size_t axis, checked_axis(site, "axis", site.attributes<Attributes>().axis, in[kX].rank()));
  DLAS_TRY(check_list(site, in, kK, true));
  std::vector<Dim> dims = *in[kX].dims;
  const Dim size = dims[axis];
  dims[axis] = Dim();
  if (const Tensor* k = site.constant(kK)) {
    if (k->count() != 1) return site.wrong_input(kK, "one number", dlas::text(*k));
    const std::int64_t n = k->integer(0);
    if (n < 0 || (size.known() && n > size.size()))
      return site.wrong_input(kK, "from 0 to " + dlas::text(size), std::to_string(n));
    dims[axis] = n;
  }
  return Types{Type(in[kX].dtype, dims), Type(DType::i64, dims)};
}

// One line along the axis: `from` in the input, `to` in the output, both with `step`.
void take_line(const Call& call, std::vector<std::int64_t>& order, std::int64_t from, std::int64_t to,
               std::int64_t step, std::int64_t k) {
  const Tensor& x = call.in[kX];
  const bool largest = call.attributes<Attributes>().largest;
  std::iota(order.begin(), order.end(), 0);
  std::partial_sort(order.begin(), order.begin() + k, order.end(), [&](std::int64_t a, std::int64_t b) {
    const int c = compared(x, from + a * step, from + b * step);
    return c == 0 ? a < b : largest == (c > 0);
  });
  for (std::int64_t i = 0; i < k; ++i) {
    const std::int64_t place = order[static_cast<std::size_t>(i)];
    copy_element(x, from + place * step, call.out[0], to + i * step);
    call.out[1].mutable_as<std::int64_t>()[static_cast<std::size_t>(to + i * step)] = place;
  }
}

Status run(const Call& call) {
  const Shape& shape = call.in[kX].shape();
  const std::size_t axis = *normalized_axis(call.attributes<Attributes>().axis, shape.size());
  const std::int64_t outer = count(std::span(shape).first(axis)), inner = count(std::span(shape).subspan(axis + 1));
  const std::int64_t size = shape[axis], k = call.out[0].dim(axis);
  std::vector<std::int64_t> order(static_cast<std::size_t>(size));
  for (std::int64_t o = 0; o < outer; ++o)
    for (std::int64_t i = 0; i < inner; ++i) take_line(call, order, o * size * inner + i, o * k * inner + i, inner, k);
  return {};
}

}  // namespace

extern const Op top_k = {
    .name = "TopK",
    .inputs = "X K",
    .outputs = "Values Indices",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .units = Units::compared,
};

}  // namespace dlas::op
