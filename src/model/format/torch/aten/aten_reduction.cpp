// Operators that make one number of many.
#include <fmt/format.h>

#include <algorithm>

#include "model/format/torch/aten/aten.h"

namespace dlas::torch {
namespace {

struct Row {
  std::string_view aten, op;
};
constexpr Row kReductions[] = {{"all", "ReduceMin"},
                               {"amax", "ReduceMax"},
                               {"amin", "ReduceMin"},
                               {"any", "ReduceMax"},
                               {"logsumexp", "ReduceLogSumExp"},
                               {"mean", "ReduceMean"},
                               {"prod", "ReduceProd"},
                               {"sum", "ReduceSum"}};

Result<Datum> reduced(Call& call, std::string_view op, ValueId x, std::size_t dims, bool keep) {
  DLAS_ASSIGN(const auto axes, call.axes(dims, x));
  return call.build.finish(op, {{"keepdims", std::int64_t{keep}}}, {x, call.build.list(axes)});
}

// Sums of integers and booleans are int64.
Result<ValueId> summand(Call& call, ValueId x, std::size_t dtype) {
  if (call.given(dtype)) {
    DLAS_ASSIGN(const DType wanted, call.dtype(dtype));
    return call.build.cast(x, wanted);
  }
  const DType own = call.build.type(x).dtype;
  const bool counts = call.op == "sum" || call.op == "prod";
  return counts && (is_int(own) || own == DType::boolean) ? call.build.cast(x, DType::i64) : Result<ValueId>(x);
}

}  // namespace

// self dim keepdim dtype
Result<Datum> reduction(Call& call) {
  DLAS_ASSIGN(ValueId x, call.tensor(0));
  DLAS_ASSIGN(const bool keep, call.flag(2, false));
  DLAS_ASSIGN(x, summand(call, x, 3));
  if (call.op == "any" || call.op == "all") {
    DLAS_ASSIGN(x, call.build.cast(x, DType::boolean));  // -1 is true
  }
  return reduced(call, std::ranges::find(kReductions, call.op, &Row::aten)->op, x, 1, keep);
}

// self dim|other keepdim: of all, of two tensors, or along an axis with its place
Result<Datum> extreme(Call& call) {
  const bool most = call.op == "max";
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  if (std::holds_alternative<TensorRef>(call.datum(1))) {
    DLAS_ASSIGN(const ValueId other, call.tensor(1));
    return call.build.finish(most ? "Max" : "Min", {}, {x, other});
  }
  DLAS_ASSIGN(const bool keep, call.flag(2, false));
  if (!call.given(1)) return reduced(call, most ? "ReduceMax" : "ReduceMin", x, 1, keep);
  DLAS_ASSIGN(const std::int64_t axis, call.axis(1, x, 0));
  DLAS_ASSIGN(const ValueId where,
              call.build.step(most ? "ArgMax" : "ArgMin", {{"axis", axis}, {"keepdims", std::int64_t{keep}}}, {x}));
  DLAS_ASSIGN(const Datum value, reduced(call, most ? "ReduceMax" : "ReduceMin", x, 1, keep));
  return tuple_of({value, tensor_datum(where)});
}

// self dim keepdim
Result<Datum> arg_extreme(Call& call) {
  DLAS_ASSIGN(ValueId x, call.tensor(0));
  DLAS_ASSIGN(const bool keep, call.flag(2, false));
  if (!call.given(1)) {
    DLAS_ASSIGN(x, call.build.step("Reshape", {}, {x, call.build.list({-1})}));
  }
  DLAS_ASSIGN(const std::int64_t axis, call.axis(1, x, 0));
  const std::int64_t kept = keep && call.given(1);
  return call.build.finish(call.op == "argmax" ? "ArgMax" : "ArgMin", {{"axis", axis}, {"keepdims", kept}}, {x});
}

// self dim correction|unbiased keepdim: var, std
Result<Datum> variance(Call& call) {
  Build& b = call.build;
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const auto axes, call.axes(1, x));
  DLAS_ASSIGN(const double correction, call.real(2, 1));
  DLAS_ASSIGN(const bool keep, call.flag(3, false));
  std::int64_t count = 1;
  for (const std::int64_t axis : axes) {
    const Dim& dim = b.type(x).dim(static_cast<std::size_t>(axis));
    if (!dim.known() || dim.size() < 1 || count > (std::int64_t{1} << 40) / dim.size())
      return cannot("a variance over sizes that are not known");
    count *= dim.size();
  }
  const ValueId along = b.list(axes);
  const AttributeList kept{{"keepdims", std::int64_t{keep}}};
  DLAS_ASSIGN(const ValueId mean, b.step("ReduceMean", {{"keepdims", std::int64_t{1}}}, {x, along}));
  DLAS_ASSIGN(const ValueId off, b.step("Sub", {}, {x, mean}));
  DLAS_ASSIGN(const ValueId squares, b.step("Mul", {}, {off, off}));
  DLAS_ASSIGN(const ValueId sum, b.step("ReduceSum", kept, {squares, along}));
  const double divisor = std::max(0.0, static_cast<double>(count) - correction);
  DLAS_ASSIGN(const ValueId by, b.scalar(b.type(x).dtype, divisor));
  if (call.op == "var") return b.finish("Div", {}, {sum, by});
  DLAS_ASSIGN(const ValueId var, b.step("Div", {}, {sum, by}));
  if (call.op == "std") return b.finish("Sqrt", {}, {var});
  DLAS_ASSIGN(const Datum plain, b.finish("ReduceMean", kept, {x, along}));  // var_mean
  return tuple_of({tensor_datum(var), plain});
}

// self dim dtype
Result<Datum> cumsum(Call& call) {
  DLAS_ASSIGN(ValueId x, call.tensor(0));
  DLAS_ASSIGN(x, summand(call, x, 2));
  if (is_int(call.build.type(x).dtype) || call.build.type(x).dtype == DType::boolean) {
    DLAS_ASSIGN(x, call.build.cast(x, DType::i64));
  }
  DLAS_ASSIGN(const std::int64_t axis, call.axis(1, x, 0));
  return call.build.finish("CumSum", {}, {x, call.build.constant(Tensor::scalar(axis), "axis")});
}

// self k dim largest sorted
Result<Datum> topk(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const std::int64_t count, call.integer(1));
  DLAS_ASSIGN(const std::int64_t axis, call.axis(2, x, -1));
  DLAS_ASSIGN(const bool largest, call.flag(3, true));
  DLAS_ASSIGN(std::vector<Datum> out,
              call.build.finish_many("TopK", {{"axis", axis}, {"largest", std::int64_t{largest}}},
                                     {x, call.build.list({count})}, 2));
  return tuple_of(std::move(out));
}

}  // namespace dlas::torch
