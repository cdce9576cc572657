// Operators element by element, and along the last axis.
#include <algorithm>

#include "model/format/tensorflow/convert.h"

namespace dlas::tensorflow {
namespace {

struct Renamed {
  std::string_view code, op;
};

// Sorted by TensorFlow's name. Others have the same name in the graph.
constexpr Renamed kRenamed[] = {
    {"AddN", "Sum"},       {"AddV2", "Add"},      {"GreaterEqual", "GreaterOrEqual"},
    {"Inv", "Reciprocal"}, {"IsNan", "IsNaN"},    {"LessEqual", "LessOrEqual"},
    {"LogicalAnd", "And"}, {"LogicalNot", "Not"}, {"LogicalOr", "Or"},
    {"Maximum", "Max"},    {"Minimum", "Min"},    {"RealDiv", "Div"},
    {"Rint", "Round"},     {"SelectV2", "Where"},
};
static_assert(std::ranges::is_sorted(kRenamed, {}, &Renamed::code));

std::string_view op_of(std::string_view code) {
  const auto row = std::ranges::lower_bound(kRenamed, code, {}, &Renamed::code);
  return row != std::end(kRenamed) && row->code == code ? row->op : code;
}

bool is_real(const Call& call, std::size_t slot) { return is_float(call.build.type(call.in[slot]).dtype); }

// Sizes of a tensor, added to, multiplied or divided by other sizes.
void tell_arithmetic(Call& call, ValueId out) {
  const auto a = call.build.sizes(call.in[0]), b = call.build.sizes(call.in[1]);
  if (!a || !b || a->size() != b->size()) return;
  Numbers found;
  for (std::size_t i = 0; i < a->size(); ++i) {
    std::int64_t x = kOpen;
    const std::int64_t p = (*a)[i], q = (*b)[i];
    const bool open = is_open(p) || is_open(q);
    if (!open && call.node.op == "Mul" && __builtin_mul_overflow(p, q, &x)) x = kOpen;
    if (!open && call.node.op == "Sub" && __builtin_sub_overflow(p, q, &x)) x = kOpen;
    if (!open && (call.node.op == "AddV2" || call.node.op == "Add") && __builtin_add_overflow(p, q, &x)) x = kOpen;
    found.push_back(x);
  }
  call.build.tell(out, std::move(found));
}

}  // namespace

// TensorFlow rounds half to even, as the graph does; integers stay what they are.
Outputs same_inputs(Call& call) {
  const std::string_view op = op_of(call.node.op);
  const bool rounds = op == "Round" || op == "Floor" || op == "Ceil";
  if (rounds && is_int(call.build.type(call.in[0]).dtype)) return call.build.finish("Identity", {}, call.in);
  DLAS_ASSIGN(auto out, call.build.finish(op, {}, call.in));
  if (call.in.size() == 2 && is_int(call.build.type(out[0]).dtype)) tell_arithmetic(call, out[0]);
  return out;
}

Outputs softmax(Call& call) { return call.build.finish(call.node.op, {{"axis", std::int64_t{-1}}}, {call.in[0]}); }

Outputs leaky_relu(Call& call) {
  constexpr double kDefault = 0.2;
  return call.build.finish("LeakyRelu", {{"alpha", call.real("alpha", kDefault)}}, {call.in[0]});
}

Outputs cast(Call& call) {
  const DType to = call.dtype("DstT");
  if (to == DType::none) return cannot("a cast to a type that dlas has not");
  DLAS_ASSIGN(auto out, call.build.finish("Cast", {{"to", to}}, {call.in[0]}));
  if (auto sizes = call.build.sizes(call.in[0]); sizes && is_int(to)) call.build.tell(out[0], *std::move(sizes));
  return out;
}

// The first form: a condition of one axis chooses whole slices.
Outputs select(Call& call) {
  const auto condition = call.build.rank(call.in[0]), x = call.build.rank(call.in[1]);
  if (!condition || !x) return cannot("ranks that are not known");
  if (*condition != 1 || *x <= 1) return call.build.finish("Where", {}, call.in);
  Numbers axes;
  for (std::size_t axis = 1; axis < *x; ++axis) axes.push_back(static_cast<std::int64_t>(axis));
  DLAS_ASSIGN(const ValueId wide, call.build.step("Unsqueeze", {}, {call.in[0], call.build.list(axes)}));
  return call.build.finish("Where", {}, {wide, call.in[1], call.in[2]});
}

// The limits may have as many elements as x.
Outputs clip(Call& call) {
  DLAS_ASSIGN(const ValueId low, call.build.step("Min", {}, {call.in[0], call.in[2]}));
  return call.build.finish("Max", {}, {low, call.in[1]});
}

// FloorMod has the sign of the divisor; Mod and TruncateMod that of the dividend.
Outputs remainder(Call& call) {
  const std::int64_t cut = call.node.op == "FloorMod" ? 0 : 1;
  return call.build.finish("Mod", {{"fmod", cut}}, call.in);
}

// In float64, where a small x is not lost beside the 1.
Outputs log_1p(Call& call) {
  const DType dtype = call.build.type(call.in[0]).dtype;
  if (!is_float(dtype)) return cannot("elements that are no floats");
  DLAS_ASSIGN(const ValueId x, call.build.cast(call.in[0], DType::f64));
  DLAS_ASSIGN(const ValueId unit, call.build.scalar(DType::f64, 1));
  DLAS_ASSIGN(const ValueId sum, call.build.step("Add", {}, {x, unit}));
  DLAS_ASSIGN(const ValueId log, call.build.step("Log", {}, {sum}));
  return call.build.finish("Cast", {{"to", dtype}}, {log});
}

Outputs exp_m1(Call& call) {
  const DType dtype = call.build.type(call.in[0]).dtype;
  if (!is_float(dtype)) return cannot("elements that are no floats");
  DLAS_ASSIGN(const ValueId x, call.build.cast(call.in[0], DType::f64));
  DLAS_ASSIGN(const ValueId unit, call.build.scalar(DType::f64, 1));
  DLAS_ASSIGN(const ValueId power, call.build.step("Exp", {}, {x}));
  DLAS_ASSIGN(const ValueId difference, call.build.step("Sub", {}, {power, unit}));
  return call.build.finish("Cast", {{"to", dtype}}, {difference});
}

// 1 - erf(x), in float64 for the same reason.
Outputs erf_c(Call& call) {
  const DType dtype = call.build.type(call.in[0]).dtype;
  if (!is_float(dtype)) return cannot("elements that are no floats");
  DLAS_ASSIGN(const ValueId x, call.build.cast(call.in[0], DType::f64));
  DLAS_ASSIGN(const ValueId unit, call.build.scalar(DType::f64, 1));
  DLAS_ASSIGN(const ValueId erf, call.build.step("Erf", {}, {x}));
  DLAS_ASSIGN(const ValueId rest, call.build.step("Sub", {}, {unit, erf}));
  return call.build.finish("Cast", {{"to", dtype}}, {rest});
}

// x / y, and 0 where y is 0.
Outputs divide_no_nan(Call& call) {
  if (!is_real(call, 0)) return cannot("elements that are no floats");
  const DType dtype = call.build.type(call.in[0]).dtype;
  DLAS_ASSIGN(const ValueId zero, call.build.scalar(dtype, 0));
  DLAS_ASSIGN(const ValueId at_zero, call.build.step("Equal", {}, {call.in[1], zero}));
  DLAS_ASSIGN(const ValueId quotient, call.build.step("Div", {}, call.in));
  return call.build.finish("Where", {}, {at_zero, zero, quotient});
}

// x - x is 0 unless x is infinite or no number.
Outputs is_finite(Call& call) {
  DLAS_ASSIGN(const ValueId zero, call.build.scalar(call.build.type(call.in[0]).dtype, 0));
  DLAS_ASSIGN(const ValueId difference, call.build.step("Sub", {}, {call.in[0], call.in[0]}));
  return call.build.finish("Equal", {}, {difference, zero});
}

}  // namespace dlas::tensorflow
