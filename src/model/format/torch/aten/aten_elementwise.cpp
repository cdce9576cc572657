// Operators that look at one place of their inputs at a time.
#include <fmt/format.h>

#include <algorithm>

#include "model/format/torch/aten/aten.h"

namespace dlas::torch {
namespace {

struct Pair {
  std::string_view aten, op;
};

// The same function under another name.
constexpr Pair kUnary[] = {
    {"abs", "Abs"},
    {"acos", "Acos"},
    {"asin", "Asin"},
    {"atan", "Atan"},
    {"bitwise_not", "Not"},
    {"ceil", "Ceil"},
    {"cos", "Cos"},
    {"cosh", "Cosh"},
    {"erf", "Erf"},
    {"exp", "Exp"},
    {"floor", "Floor"},
    {"hardswish", "HardSwish"},
    {"isinf", "IsInf"},
    {"isnan", "IsNaN"},
    {"log", "Log"},
    {"logical_not", "Not"},
    {"mish", "Mish"},
    {"neg", "Neg"},
    {"reciprocal", "Reciprocal"},
    {"relu", "Relu"},
    {"round", "Round"},
    {"rsqrt", "Rsqrt"},
    {"selu", "Selu"},
    {"sigmoid", "Sigmoid"},
    {"sign", "Sign"},
    {"sin", "Sin"},
    {"sinh", "Sinh"},
    {"softplus", "Softplus"},
    {"softsign", "Softsign"},
    {"sqrt", "Sqrt"},
    {"tan", "Tan"},
    {"tanh", "Tanh"},
};

constexpr Pair kBinary[] = {
    {"bitwise_and", "And"}, {"bitwise_or", "Or"},   {"bitwise_xor", "Xor"},   {"div", "Div"},
    {"eq", "Equal"},        {"fmod", "Mod"},        {"ge", "GreaterOrEqual"}, {"greater", "Greater"},
    {"gt", "Greater"},      {"le", "LessOrEqual"},  {"less", "Less"},         {"logical_and", "And"},
    {"logical_or", "Or"},   {"logical_xor", "Xor"}, {"lt", "Less"},           {"maximum", "Max"},
    {"minimum", "Min"},     {"mul", "Mul"},         {"multiply", "Mul"},      {"ne", "NotEqual"},
    {"pow", "Pow"},         {"true_divide", "Div"},
};

std::string_view named(std::span<const Pair> table, std::string_view aten) {
  const auto row = std::ranges::find(table, aten, &Pair::aten);
  return row == table.end() ? std::string_view() : row->op;
}

struct Operands {
  ValueId a = kNone, b = kNone;
};

// c10's promotion as far as models need it: floats win over integers and integers over booleans, a tensor without axes gives
// way to one with axes in the same family, else the wider one wins.
DType promoted(const Type& a, const Type& b) {
  const auto family = [](DType d) { return is_float(d) ? 2 : d == DType::boolean ? 0 : 1; };
  if (family(a.dtype) != family(b.dtype)) return family(a.dtype) > family(b.dtype) ? a.dtype : b.dtype;
  const bool scalar_a = a.ranked() && a.rank() == 0, scalar_b = b.ranked() && b.rank() == 0;
  if (scalar_a != scalar_b) return scalar_a ? b.dtype : a.dtype;
  return bits(a.dtype) >= bits(b.dtype) ? a.dtype : b.dtype;
}

Result<Operands> brought_together(Call& call, Operands in) {
  const Type a = call.build.type(in.a), b = call.build.type(in.b);
  if (a.dtype == b.dtype || a.dtype == DType::none || b.dtype == DType::none) return in;
  const DType common = promoted(a, b);
  DLAS_ASSIGN(in.a, call.build.cast(in.a, common));
  DLAS_ASSIGN(in.b, call.build.cast(in.b, common));
  return in;
}

// Two arguments, of which one may be a number.
Result<Operands> operands(Call& call, std::size_t first = 0, std::size_t second = 1) {
  Operands in;
  if (std::holds_alternative<TensorRef>(call.datum(first))) {
    DLAS_ASSIGN(in.a, call.tensor(first));
    DLAS_ASSIGN(in.b, call.operand(second, in.a));
  } else {
    DLAS_ASSIGN(in.b, call.tensor(second));
    DLAS_ASSIGN(in.a, call.operand(first, in.b));
  }
  return brought_together(call, in);
}

// True division of integers gives floats.
Result<Operands> as_floats(Call& call, Operands in) {
  for (ValueId* v : {&in.a, &in.b})
    if (const DType d = call.build.type(*v).dtype; is_int(d) || d == DType::boolean) {
      DLAS_ASSIGN(*v, call.build.cast(*v, DType::f32));
    }
  return in;
}

Result<Datum> clipped(Call& call, double least, double most) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  const DType dtype = call.build.type(x).dtype;
  DLAS_ASSIGN(const ValueId low, call.build.scalar(dtype, least));
  DLAS_ASSIGN(const ValueId high, call.build.scalar(dtype, most));
  return call.build.finish("Clip", {}, {x, low, high});
}

// A bound of clamp, which Clip wants as a number: tensors go through Max and Min.
Result<Datum> bounded(Call& call, std::size_t low, std::size_t high) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  ValueId least = kNone, most = kNone;
  if (call.given(low)) {
    DLAS_ASSIGN(least, call.operand(low, x));
  }
  if (call.given(high)) {
    DLAS_ASSIGN(most, call.operand(high, x));
  }
  for (const ValueId bound : {least, most})
    if (bound != kNone && call.build.type(bound).dtype != call.build.type(x).dtype)
      return cannot("bounds of another type than the tensor's");
  const auto number = [&](ValueId v) { return v == kNone || call.build.constant(v); };
  if (number(least) && number(most)) return call.build.finish("Clip", {}, {x, least, most});
  if (most == kNone) return call.build.finish("Max", {}, {x, least});
  if (least == kNone) return call.build.finish("Min", {}, {x, most});
  DLAS_ASSIGN(const ValueId raised, call.build.step("Max", {}, {x, least}));
  return call.build.finish("Min", {}, {raised, most});
}

}  // namespace

Result<Datum> unary(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  if (call.op == "softplus") {
    DLAS_ASSIGN(const double beta, call.real(1, 1));
    DLAS_ASSIGN(const double threshold, call.real(2, 20));
    if (beta != 1 || threshold != 20) return cannot("softplus with another factor or threshold");
  }
  const DType dtype = call.build.type(x).dtype;
  if (call.op == "bitwise_not" && is_int(dtype)) return call.build.finish("BitwiseNot", {}, {x});
  if (call.op == "logical_not") {
    DLAS_ASSIGN(const ValueId truth, call.build.cast(x, DType::boolean));
    return call.build.finish("Not", {}, {truth});
  }
  return call.build.finish(named(kUnary, call.op), {}, {x});
}

Result<Datum> binary(Call& call) {
  DLAS_ASSIGN(Operands in, operands(call));
  const std::string_view op = named(kBinary, call.op);
  const bool logic = op == "And" || op == "Or" || op == "Xor";
  if (logic && call.build.type(in.a).dtype != DType::boolean) return cannot("bits of integers");
  if (op == "Mod") return call.build.finish(op, {{"fmod", std::int64_t{1}}}, {in.a, in.b});
  if (op == "Div") {
    DLAS_ASSIGN(in, as_floats(call, in));
  }
  return call.build.finish(op, {}, {in.a, in.b});
}

// self other alpha: self + alpha other
Result<Datum> sum_of(Call& call) {
  DLAS_ASSIGN(Operands in, operands(call));
  DLAS_ASSIGN(const double alpha, call.real(2, 1));
  const bool reversed = call.op == "rsub";  // other - alpha self
  if (alpha != 1) {
    ValueId& scaled = reversed ? in.a : in.b;
    DLAS_ASSIGN(const ValueId factor, call.build.scalar(call.build.type(scaled).dtype, alpha));
    DLAS_ASSIGN(scaled, call.build.step("Mul", {}, {scaled, factor}));
  }
  if (reversed) std::swap(in.a, in.b);
  return call.build.finish(call.op == "add" ? "Add" : "Sub", {}, {in.a, in.b});
}

// self other rounding_mode
Result<Datum> quotient(Call& call) {
  DLAS_ASSIGN(const std::string mode, call.text(2, call.op == "div" ? "" : "floor"));
  DLAS_ASSIGN(Operands in, operands(call));
  if (mode == "floor" && call.op != "remainder") return call.build.finish("FloorDiv", {}, {in.a, in.b});
  if (call.op == "remainder") return call.build.finish("Mod", {}, {in.a, in.b});
  if (mode == "trunc" && is_int(call.build.type(in.a).dtype)) return call.build.finish("Div", {}, {in.a, in.b});
  if (!mode.empty()) return cannot("a quotient cut by '" + mode + "'");
  DLAS_ASSIGN(in, as_floats(call, in));
  return call.build.finish("Div", {}, {in.a, in.b});
}

Result<Datum> square(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  return call.build.finish("Mul", {}, {x, x});
}

Result<Datum> relu6(Call& call) { return clipped(call, 0, 6); }

// self min_val max_val
Result<Datum> hardtanh(Call& call) {
  DLAS_ASSIGN(const double least, call.real(1, -1));
  DLAS_ASSIGN(const double most, call.real(2, 1));
  return clipped(call, least, most);
}

// self min max
Result<Datum> clamp(Call& call) { return bounded(call, 1, 2); }
Result<Datum> clamp_min(Call& call) { return bounded(call, 1, 99); }
Result<Datum> clamp_max(Call& call) { return bounded(call, 99, 1); }

Result<Datum> hardsigmoid(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  return call.build.finish("HardSigmoid", {{"alpha", 1.0 / 6}, {"beta", 0.5}}, {x});
}
Result<Datum> silu(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  return call.build.finish("Swish", {{"alpha", 1.0}}, {x});
}

// self approximate
Result<Datum> gelu(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const std::string approximate, call.text(1, "none"));
  return call.build.finish("Gelu", {{"approximate", approximate}}, {x});
}

// self negative_slope
Result<Datum> leaky_relu(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const double slope, call.real(1, 0.01));
  return call.build.finish("LeakyRelu", {{"alpha", slope}}, {x});
}

// self alpha scale input_scale
Result<Datum> elu(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const double alpha, call.real(1, 1));
  DLAS_ASSIGN(const double scale, call.real(2, 1));
  DLAS_ASSIGN(const double input_scale, call.real(3, 1));
  if (scale != 1 || input_scale != 1) return cannot("elu with scales");
  return call.build.finish("Elu", {{"alpha", alpha}}, {x});
}

// self weight: one slope a channel
Result<Datum> prelu(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(ValueId slope, call.tensor(1));
  DLAS_ASSIGN(const std::size_t rank, call.rank_of(x));
  const auto slopes = call.build.type(slope).count();
  if (!slopes) return cannot("slopes of unknown number");
  if (*slopes > 1 && rank > 2) {
    std::vector<std::int64_t> shape(rank - 1, 1);
    shape[0] = *slopes;
    DLAS_ASSIGN(slope, call.build.step("Reshape", {}, {slope, call.build.list(shape)}));
  }
  return call.build.finish("PRelu", {}, {x, slope});
}

// self dim: the first half times sigmoid of the second
Result<Datum> glu(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const std::int64_t axis, call.axis(1, x, -1));
  const Dim& size = call.build.type(x).dim(static_cast<std::size_t>(axis));
  if (!size.known() || size.size() % 2 != 0) return cannot("an axis without halves");
  const ValueId half = call.build.list({size.size() / 2}), along = call.build.list({axis});
  DLAS_ASSIGN(const ValueId a, call.build.step("Slice", {}, {x, call.build.list({0}), half, along}));
  DLAS_ASSIGN(const ValueId b, call.build.step("Slice", {}, {x, half, call.build.list({size.size()}), along}));
  DLAS_ASSIGN(const ValueId gate, call.build.step("Sigmoid", {}, {b}));
  return call.build.finish("Mul", {}, {a, gate});
}

// condition self other
Result<Datum> where(Call& call) {
  DLAS_ASSIGN(const ValueId condition, call.tensor(0));
  DLAS_ASSIGN(const Operands in, operands(call, 1, 2));
  return call.build.finish("Where", {}, {condition, in.a, in.b});
}

// self mask value
Result<Datum> masked_fill(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const ValueId mask, call.tensor(1));
  DLAS_ASSIGN(ValueId value, call.operand(2, x));
  DLAS_ASSIGN(value, call.build.cast(value, call.build.type(x).dtype));
  return call.build.finish("Where", {}, {mask, value, x});
}

}  // namespace dlas::torch
