// Type rules of the elementwise operators; what they mean stands in elementwise.h.
#include "model/op/elementwise.h"

#include <fmt/format.h>

#include "base/error.h"

namespace dlas::op {

const Family kFloats{is_float, "floats"};
const Family kNumbers{[](DType d) { return is_float(d) || (is_int(d) && !is_packed(d)); }, "numbers"};
const Family kIntegers{[](DType d) { return is_int(d) && !is_packed(d); }, "integers"};
const Family kUnsigned{[](DType d) { return is_unsigned_int(d) && !is_packed(d); }, "unsigned integers"};
const Family kBooleans{[](DType d) { return d == DType::boolean; }, "bools"};
const Family kAnything{[](DType d) { return d != DType::none && !is_packed(d); }, "numbers or bools"};

bool belongs(const Family& family, const Type& type) {
  return family.has(type.dtype) || (type.quantized() && family.has(DType::f32));
}

Status check_member(const Site& site, const Types& in, std::size_t slot, const Family& family, bool like_first) {
  if (!belongs(family, in[slot])) return site.wrong_input(slot, family.name, in[slot]);
  if (like_first && in[slot].dtype != in[0].dtype)
    return site.wrong_input(slot, fmt::format("{} as input 0 has", short_text(in[0].dtype)), in[slot]);
  return {};
}

Result<std::vector<Dim>> broadcast_inputs(const Site& site, const Types& in, std::size_t from) {
  std::vector<Dim> dims = *in[from].dims;
  for (std::size_t slot = from + 1; slot < in.size(); ++slot) {
    auto both = broadcast(dims, *in[slot].dims);
    if (!both) {
      Type before;
      before.dims = dims;
      before.dtype = in[slot].dtype;
      return site.wrong_input(slot, "a shape that broadcasts with " + text(before), in[slot]);
    }
    dims = *std::move(both);
  }
  return dims;
}

namespace {

Result<Types> one(const Site& site, const Types& in, const Family& family, DType result) {
  DLAS_TRY(check_member(site, in, 0, family));
  return Types{in[0].with_dtype(result == DType::none ? in[0].dtype : result)};
}

Result<Types> several(const Site& site, const Types& in, const Family& family, DType result) {
  for (std::size_t slot = 0; slot < in.size(); ++slot) DLAS_TRY(check_member(site, in, slot, family));
  DLAS_ASSIGN(auto dims, broadcast_inputs(site, in));
  Type out(result == DType::none ? in[0].dtype : result, std::move(dims));
  for (const Type& t : in)
    if (t.rank() == out.rank() && out.axes.empty()) out.axes = t.axes;
  return Types{std::move(out)};
}

}  // namespace

Result<Types> float_types(const Site& site, const Types& in) { return one(site, in, kFloats, DType::none); }
Result<Types> number_types(const Site& site, const Types& in) { return one(site, in, kNumbers, DType::none); }
Result<Types> integer_types(const Site& site, const Types& in) { return one(site, in, kIntegers, DType::none); }
Result<Types> boolean_types(const Site& site, const Types& in) { return one(site, in, kBooleans, DType::none); }
Result<Types> float_test_types(const Site& site, const Types& in) { return one(site, in, kFloats, DType::boolean); }

Result<Types> float_broadcast_types(const Site& site, const Types& in) {
  return several(site, in, kFloats, DType::none);
}
Result<Types> number_broadcast_types(const Site& site, const Types& in) {
  return several(site, in, kNumbers, DType::none);
}
Result<Types> integer_broadcast_types(const Site& site, const Types& in) {
  return several(site, in, kIntegers, DType::none);
}
Result<Types> boolean_broadcast_types(const Site& site, const Types& in) {
  return several(site, in, kBooleans, DType::none);
}
Result<Types> order_types(const Site& site, const Types& in) { return several(site, in, kNumbers, DType::boolean); }
Result<Types> equality_types(const Site& site, const Types& in) { return several(site, in, kAnything, DType::boolean); }

Error no_such_kernel(const Call& call) {
  return call.site.unsupported("a quantised input, for which there is no integer kernel");
}

Status check_no_zero(const Call& call, std::size_t slot) {
  const Tensor& divisor = call.in[slot];
  if (!is_int(divisor.dtype()) || call.out[0].count() == 0) return {};
  for (std::int64_t i = 0; i < divisor.count(); ++i)
    if (divisor.integer(i) == 0) return call.site.wrong_input(slot, "integers other than 0", fmt::format("0 at {}", i));
  return {};
}

}  // namespace dlas::op
