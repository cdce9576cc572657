#include "model/format/torch/script/script_builtins.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/limits.h"
#include "model/format/torch/symbolic.h"

namespace dlas::torch {
namespace {

using Arguments = std::vector<NamedDatum>;
using Answer = Result<std::optional<Datum>>;

Answer some(Datum d) { return std::optional<Datum>(std::move(d)); }
Answer some(Result<Datum> d) { return d.ok() ? some(*std::move(d)) : Answer(d.error()); }

const Datum& at(const Arguments& arguments, std::size_t i) {
  static const Datum nothing;
  return i < arguments.size() ? arguments[i].second : nothing;
}
const Sequence* sequence(const Datum& d) {
  const auto* s = std::get_if<SequenceRef>(&d);
  return s ? s->get() : nullptr;
}
bool is_tensor(const Datum& d) { return std::holds_alternative<TensorRef>(d); }

// Equal numbers, texts, or both nothing.
bool equal_plain(const Datum& a, const Datum& b) {
  if (const auto *x = std::get_if<std::string>(&a), *y = std::get_if<std::string>(&b); x && y) return *x == *y;
  const auto number = [](const Datum& d) -> std::optional<double> {
    if (const auto* r = std::get_if<double>(&d)) return *r;
    if (const auto* n = std::get_if<std::int64_t>(&d)) return static_cast<double>(*n);
    if (const auto* f = std::get_if<bool>(&d)) return *f;
    return std::nullopt;
  };
  const auto x = number(a), y = number(b);
  return x && y ? *x == *y : is_none(a) && is_none(b);
}

// Equal plain values, or lists of such.
bool equal(const Datum& a, const Datum& b) {
  const Sequence *x = sequence(a), *y = sequence(b);
  if (x && y) return std::ranges::equal(x->items, y->items, equal_plain);
  return equal_plain(a, b);
}

bool identical(const Datum& a, const Datum& b) {
  if (is_tensor(a) && is_tensor(b)) return std::get<TensorRef>(a) == std::get<TensorRef>(b);
  return equal(a, b);
}

std::optional<std::size_t> place(const Sequence& s, const Datum& index) {
  const auto* i = std::get_if<std::int64_t>(&index);
  return i ? normalized_axis(*i, s.items.size()) : std::nullopt;
}

// --- lists and dicts ---

Answer append(Build&, const Arguments& a) {
  const auto* list = std::get_if<SequenceRef>(&at(a, 0));
  if (!list || (*list)->kind != Sequence::Kind::list) return cannot("append to something else than a list");
  // Lists in lists could grow into each other, even into themselves: what is appended is no list and holds none.
  const Sequence* item = sequence(at(a, 1));
  if (item && (item->kind != Sequence::Kind::tuple || item->depth > 0)) return cannot("a list in a list");
  if ((*list)->items.size() >= limits().nodes) return cannot("a list of that many values");
  (*list)->depth = std::max((*list)->depth, depth_of(at(a, 1)));
  (*list)->items.push_back(at(a, 1));
  return some(*list);
}

Answer length(Build& build, const Arguments& a) {
  if (const Sequence* s = sequence(at(a, 0))) return some(static_cast<std::int64_t>(s->items.size()));
  if (const auto* s = std::get_if<std::string>(&at(a, 0))) return some(static_cast<std::int64_t>(s->size()));
  if (const auto* t = std::get_if<TensorRef>(&at(a, 0))) {
    DLAS_ASSIGN(const ValueId value, current(*t, build));
    return some(build.size_of(value, 0));
  }
  return cannot(fmt::format("the length of {}", kind_of(at(a, 0))));
}

Answer get_item(Build&, const Arguments& a) {
  const Sequence* s = sequence(at(a, 0));
  if (!s) return cannot(fmt::format("an item of {}", kind_of(at(a, 0))));
  if (s->kind == Sequence::Kind::dict) {
    for (std::size_t i = 0; i < s->keys.size(); ++i)
      if (equal(s->keys[i], at(a, 1))) return some(s->items[i]);
    return make_error(Code::format, "a key of the dict", "another");
  }
  const auto i = place(*s, at(a, 1));
  if (!i) return make_error(Code::format, fmt::format("an index below {}", s->items.size()), "another");
  return some(s->items[*i]);
}

Answer set_item(Build&, const Arguments& a) {
  const auto* list = std::get_if<SequenceRef>(&at(a, 0));
  if (!list || (*list)->kind != Sequence::Kind::list) return cannot("an item set in something else than a list");
  const auto i = place(**list, at(a, 1));
  if (!i) return make_error(Code::format, fmt::format("an index below {}", (*list)->items.size()), "another");
  if (depth_of(at(a, 2)) > 0) return cannot("a list in a list");
  (*list)->items[*i] = at(a, 2);
  return some(*list);
}

Answer contains(Build&, const Arguments& a) {
  const Sequence* s = sequence(at(a, 0));
  if (!s) return cannot("a search in something else than a list");
  const auto& where = s->kind == Sequence::Kind::dict ? s->keys : s->items;
  return some(std::ranges::any_of(where, [&](const Datum& d) { return equal(d, at(a, 1)); }));
}

Answer copied(Build&, const Arguments& a) {
  const Sequence* s = sequence(at(a, 0));
  if (!s || s->kind == Sequence::Kind::dict) return cannot(fmt::format("a copy of {}", kind_of(at(a, 0))));
  return some(list_of(s->items));
}

Answer sliced(Build&, const Arguments& a) {
  const Sequence* s = sequence(at(a, 0));
  const auto size = static_cast<std::int64_t>(s->items.size());
  const auto bound = [&](const Datum& d, std::int64_t otherwise) {
    const auto* n = std::get_if<std::int64_t>(&d);
    const std::int64_t i = n ? *n : otherwise;
    return std::clamp<std::int64_t>(i < 0 ? i + size : i, 0, size);
  };
  const auto* step = std::get_if<std::int64_t>(&at(a, 3));
  if (step && *step != 1) return cannot("every second item of a list");
  const std::int64_t from = bound(at(a, 1), 0), to = std::max(from, bound(at(a, 2), size));
  return some(list_of({s->items.begin() + from, s->items.begin() + to}));
}

Answer summed(Build& build, const Arguments& a) {
  Datum sum = std::int64_t{0};
  for (const Datum& d : sequence(at(a, 0))->items) {
    DLAS_ASSIGN(sum, arithmetic(build, Arithmetic::add, sum, d));
  }
  return some(std::move(sum));
}

Answer joined(Build&, const Arguments& a) {
  std::vector<Datum> items = sequence(at(a, 0))->items;
  const Sequence* more = sequence(at(a, 1));
  if (!more) return cannot("a list and something else");
  items.insert(items.end(), more->items.begin(), more->items.end());
  if (items.size() > limits().nodes) return cannot("a list of that many values");
  return some(list_of(std::move(items)));
}

// --- scalars ---

// A tensor of one element as a number, known now or when the graph runs.
Result<Datum> scalar(Build& build, const Datum& d) {
  const auto* t = std::get_if<TensorRef>(&d);
  if (!t) return d;
  DLAS_ASSIGN(const ValueId value, current(*t, build));
  const Tensor* known = build.constant(value);
  if (known && known->count() == 1) {
    if (known->dtype() == DType::boolean) return Datum(known->integer(0) != 0);
    return is_int(known->dtype()) ? Datum(known->integer(0)) : Datum(known->number(0));
  }
  if (build.type(value).dtype == DType::i64 && build.type(value).is_scalar_like()) return Datum(Size{value});
  return cannot("a number that only running the model tells");
}

Result<double> real(Build& build, const Datum& d) {
  DLAS_ASSIGN(const Datum known, scalar(build, d));
  if (const auto* r = std::get_if<double>(&known)) return *r;
  if (const auto* n = std::get_if<std::int64_t>(&known)) return static_cast<double>(*n);
  if (const auto* b = std::get_if<bool>(&known)) return *b;
  return cannot(fmt::format("a float made of {}", kind_of(known)));
}

Result<Datum> integer(double r) {
  if (!(std::abs(r) < 9e18)) return cannot("an integer beyond 64 bits");
  return Datum(static_cast<std::int64_t>(r));
}

Answer scalar_of(Build& build, const Arguments& a) { return some(scalar(build, at(a, 0))); }

Answer integer_of(Build& build, const Arguments& a) {
  DLAS_ASSIGN(const Datum d, scalar(build, at(a, 0)));
  if (const auto* r = std::get_if<double>(&d)) return some(integer(*r));
  if (const auto* b = std::get_if<bool>(&d)) return some(std::int64_t{*b});
  return some(d);
}

Answer real_of(Build& build, const Arguments& a) {
  DLAS_ASSIGN(const double r, real(build, at(a, 0)));
  return some(Datum(r));
}

Answer boolean_of(Build& build, const Arguments& a) {
  DLAS_ASSIGN(const bool b, decided(build, at(a, 0)));
  return some(b);
}

Answer negation(Build& build, const Arguments& a) {
  DLAS_ASSIGN(const bool b, decided(build, at(a, 0)));
  return some(!b);
}

Answer to_tensor(Build& build, const Arguments& a) {
  const Datum& d = at(a, 0);
  if (const auto* size = std::get_if<Size>(&d)) return some(tensor_datum(size->value));
  if (const auto* n = std::get_if<std::int64_t>(&d)) return some(tensor_datum(build.constant(Tensor::scalar(*n))));
  if (const auto* b = std::get_if<bool>(&d)) return some(tensor_datum(build.constant(Tensor::scalar(*b))));
  if (const auto* r = std::get_if<double>(&d))
    return some(tensor_datum(build.constant(Tensor::scalar(static_cast<float>(*r)))));
  return cannot(fmt::format("a tensor of {}", kind_of(d)));
}

template <bool same>
Answer is_same(Build&, const Arguments& a) {
  return some(identical(at(a, 0), at(a, 1)) == same);
}

template <bool equal_wanted>
Answer is_equal(Build& build, const Arguments& a) {
  const Datum &x = at(a, 0), &y = at(a, 1);
  if (std::holds_alternative<Size>(x) || std::holds_alternative<Size>(y))
    return some(arithmetic(build, equal_wanted ? Arithmetic::eq : Arithmetic::ne, x, y));
  return some(equal(x, y) == equal_wanted);
}

template <Arithmetic what>
Answer computed(Build& build, const Arguments& a) {
  return some(arithmetic(build, what, at(a, 0), at(a, 1)));
}
Answer added(Build& build, const Arguments& a) {
  if (sequence(at(a, 0))) return joined(build, a);
  if (std::holds_alternative<std::string>(at(a, 0))) return some(at(a, 0));  // a message
  return computed<Arithmetic::add>(build, a);
}
Answer negative(Build& build, const Arguments& a) { return some(negated(build, at(a, 0))); }

template <bool conjunction>
Answer logic(Build& build, const Arguments& a) {
  DLAS_ASSIGN(const bool x, decided(build, at(a, 0)));
  DLAS_ASSIGN(const bool y, decided(build, at(a, 1)));
  return some(conjunction ? x && y : x || y);
}

template <double (*f)(double)>
Answer rounded(Build& build, const Arguments& a) {
  DLAS_ASSIGN(const double r, real(build, at(a, 0)));
  return some(integer(f(r)));
}
double floored(double x) { return std::floor(x); }
double raised(double x) { return std::ceil(x); }

Answer root(Build& build, const Arguments& a) {
  DLAS_ASSIGN(const double r, real(build, at(a, 0)));
  return some(Datum(std::sqrt(r)));
}

// --- questions about tensors ---

std::int64_t number_of(DType dtype) {  // c10/core/ScalarType.h
  switch (dtype) {
    case DType::u8: return 0;
    case DType::i8: return 1;
    case DType::i16: return 2;
    case DType::i32: return 3;
    case DType::i64: return 4;
    case DType::f16: return 5;
    case DType::f64: return 7;
    case DType::boolean: return 11;
    case DType::bf16: return 15;
    default: return 6;
  }
}

Answer dtype_of(Build& build, const Arguments& a) {
  const auto* t = std::get_if<TensorRef>(&at(a, 0));
  if (!t) return cannot("the type of something else than a tensor");
  return some(number_of(build.type((*t)->value).dtype));
}
Answer is_floating(Build& build, const Arguments& a) {
  const auto* t = std::get_if<TensorRef>(&at(a, 0));
  if (!t) return cannot("the type of something else than a tensor");
  return some(is_float(build.type((*t)->value).dtype));
}

Answer first(Build&, const Arguments& a) { return some(at(a, 0)); }
Answer no(Build&, const Arguments&) { return some(false); }
Answer none(Build&, const Arguments&) { return some(Datum()); }
Answer text_device(Build&, const Arguments&) { return some(std::string("device")); }
Answer message(Build&, const Arguments&) { return some(std::string("message")); }

Answer raise(Build&, const Arguments& a) {
  const auto* text = std::get_if<std::string>(&at(a, 0));
  return make_error(Code::unsupported, "a model that runs", "one that raises '" + (text ? *text : "an error") + "'");
}

using Builtin = Answer (*)(Build&, const Arguments&);
struct Row {
  std::string_view name;
  Builtin function;
};

// Sorted by name. Those of `ops.prim` and of `torch` share it.
constexpr Row kRows[] = {
    {"Bool", boolean_of},
    {"Float", real_of},
    {"FloatImplicit", real_of},
    {"Int", integer_of},
    {"IntImplicit", integer_of},
    {"NumToTensor", to_tensor},
    {"RaiseException", raise},
    {"Scalar", scalar_of},
    {"ScalarImplicit", scalar_of},
    {"__and__", logic<true>},
    {"__contains__", contains},
    {"__getitem__", get_item},
    {"__is__", is_same<true>},
    {"__isnot__", is_same<false>},
    {"__not__", negation},
    {"__or__", logic<false>},
    {"_set_item", set_item},
    {"add", added},
    {"append", append},
    {"ceil", rounded<raised>},
    {"copy", copied},
    {"data", first},
    {"device", text_device},
    {"div", computed<Arithmetic::truediv>},
    {"dtype", dtype_of},
    {"eq", is_equal<true>},
    {"floor", rounded<floored>},
    {"floordiv", computed<Arithmetic::floordiv>},
    {"format", message},
    {"ge", computed<Arithmetic::ge>},
    {"gt", computed<Arithmetic::gt>},
    {"is_autocast_cpu_enabled", no},
    {"is_autocast_enabled", no},
    {"is_cuda", no},
    {"is_floating_point", is_floating},
    {"is_grad_enabled", no},
    {"is_nested", no},
    {"is_quantized", no},
    {"is_scripting", no},
    {"item", scalar_of},
    {"le", computed<Arithmetic::le>},
    {"len", length},
    {"list", copied},
    {"lt", computed<Arithmetic::lt>},
    {"max", computed<Arithmetic::max>},
    {"min", computed<Arithmetic::min>},
    {"mul", computed<Arithmetic::mul>},
    {"ne", is_equal<false>},
    {"neg", negative},
    {"pow", computed<Arithmetic::pow>},
    {"remainder", computed<Arithmetic::mod>},
    {"requires_grad", no},
    {"slice", sliced},
    {"sqrt", root},
    {"sub", computed<Arithmetic::sub>},
    {"sum", summed},
    {"tensor", to_tensor},
    {"warn", none},
};
static_assert(std::ranges::is_sorted(kRows, {}, &Row::name));

// Those that take a tensor as well as anything else.
constexpr std::string_view kOfTensors[] = {
    "Bool",      "Float",          "FloatImplicit", "Int",       "IntImplicit",
    "Scalar",    "ScalarImplicit", "__is__",        "__isnot__", "__not__",
    "data",      "device",         "dtype",         "is_cuda",   "is_floating_point",
    "is_nested", "is_quantized",   "item",          "len",       "requires_grad",
    "append",    "_set_item",      "__contains__"};

}  // namespace

Answer call_builtin(Build& build, std::string_view name, const Arguments& arguments) {
  const auto row = std::ranges::lower_bound(kRows, name, {}, &Row::name);
  if (row == std::end(kRows) || row->name != name) return std::optional<Datum>();
  const bool tensors = is_tensor(at(arguments, 0)) || is_tensor(at(arguments, 1));
  if (tensors && std::ranges::find(kOfTensors, name) == std::end(kOfTensors)) return std::optional<Datum>();
  const bool of_list = name == "sum" || name == "slice";
  if (of_list && !sequence(at(arguments, 0))) return std::optional<Datum>();
  return row->function(build, arguments);
}

Result<bool> decided(Build& build, const Datum& condition) {
  if (const auto* b = std::get_if<bool>(&condition)) return *b;
  if (const auto* n = std::get_if<std::int64_t>(&condition)) return *n != 0;
  if (const auto* r = std::get_if<double>(&condition)) return *r != 0;
  if (const auto* t = std::get_if<TensorRef>(&condition)) {
    DLAS_ASSIGN(const ValueId value, current(*t, build));
    const Tensor* known = build.constant(value);
    if (known && known->count() == 1) return known->number(0) != 0;
    return cannot("a decision that only running the model tells");
  }
  return cannot(fmt::format("a decision over {}", kind_of(condition)));
}

}  // namespace dlas::torch
