// Copies, changes of type, tensors made of nothing, and questions about sizes.
#include <fmt/format.h>

#include <cmath>

#include "model/format/torch/aten/aten.h"

namespace dlas::torch {
namespace {

// A constant is spread by the graph, not here: a mask of a million ones takes no memory before it is needed.
Result<Datum> filled(Call& call, const std::vector<Datum>& sizes, DType dtype, double number) {
  DLAS_ASSIGN(const ValueId one, call.build.scalar(dtype, number));
  DLAS_ASSIGN(const ValueId shape, call.build.sizes_value(sizes));
  return call.build.finish("Expand", {}, {one, shape});
}

Result<DType> type_or(Call& call, std::size_t slot, DType otherwise) {
  return call.given(slot) ? call.dtype(slot) : Result<DType>(otherwise);
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

// The type of a tensor made of a Python number.
DType type_of_number(const Datum& number) {
  if (std::holds_alternative<bool>(number)) return DType::boolean;
  return std::holds_alternative<double>(number) ? DType::f32 : DType::i64;
}

Result<Datum> cast_or_same(Call& call, DType dtype) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  if (call.build.type(x).dtype == dtype) return call.datum(0);
  return call.build.finish("Cast", {{"to", dtype}}, {x});
}

double number_of(std::string_view op) { return op.find("ones") != std::string_view::npos ? 1 : 0; }

}  // namespace

Result<Datum> same(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  static_cast<void>(x);
  return call.datum(0);
}

Result<Datum> perhaps_copy(Call& call) {
  DLAS_ASSIGN(const TensorRef base, call.cell(0));
  DLAS_ASSIGN(const ValueId x, current(base, call.build));
  return view_of(tensor_datum(x), base, {});
}

Result<Datum> clone(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  return tensor_datum(x);
}

// input p train
Result<Datum> dropout(Call& call) {
  DLAS_ASSIGN(const bool train, call.flag(2, false));
  if (train) return cannot("dropout while it runs");
  return same(call);
}

// self, then by overload, by name or position: dtype non_blocking copy; device dtype non_blocking copy; other ...
Result<Datum> to(Call& call) {
  for (std::size_t slot = 1; slot <= 3; ++slot) {
    const Datum& d = call.datum(slot);
    if (const auto* other = std::get_if<TensorRef>(&d)) {
      DLAS_ASSIGN(const ValueId like, current(*other, call.build));
      return cast_or_same(call, call.build.type(like).dtype);
    }
    if (std::holds_alternative<DType>(d) || std::holds_alternative<std::int64_t>(d)) {
      DLAS_ASSIGN(const DType dtype, call.dtype(slot));
      return cast_or_same(call, dtype);
    }
    if (std::holds_alternative<bool>(d)) break;  // what follows is no type
  }
  return same(call);
}

// self dtype
Result<Datum> to_copy(Call& call) {
  if (!call.given(1)) return clone(call);
  DLAS_ASSIGN(const DType dtype, call.dtype(1));
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  if (call.build.type(x).dtype == dtype) return tensor_datum(x);
  return cast_or_same(call, dtype);
}

// self other
Result<Datum> type_as(Call& call) {
  DLAS_ASSIGN(const ValueId other, call.tensor(1));
  return cast_or_same(call, call.build.type(other).dtype);
}

// self src: src in the shape and type of self
Result<Datum> copy(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(ValueId source, call.tensor(1));
  const Type type = call.build.type(x);
  DLAS_ASSIGN(source, call.build.cast(source, type.dtype));
  if (type.fixed() && call.build.type(source).fixed() && type.shape() == call.build.type(source).shape())
    return call.build.finish("Identity", {}, {source});
  DLAS_ASSIGN(const auto sizes, sizes_of(call, x));
  DLAS_ASSIGN(const ValueId shape, call.build.sizes_value(sizes));
  return call.build.finish("Expand", {}, {source, shape});
}

// self value; zero_ has none
Result<Datum> fill(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const auto sizes, sizes_of(call, x));
  if (std::holds_alternative<TensorRef>(call.datum(1))) {
    DLAS_ASSIGN(const ValueId number, call.tensor(1));
    DLAS_ASSIGN(const ValueId one, call.build.cast(number, call.build.type(x).dtype));
    DLAS_ASSIGN(const ValueId shape, call.build.sizes_value(sizes));
    return call.build.finish("Expand", {}, {one, shape});
  }
  DLAS_ASSIGN(const double number, call.real(1, 0));
  return filled(call, sizes, call.build.type(x).dtype, number);
}

// size dtype
Result<Datum> zeros(Call& call) {
  DLAS_ASSIGN(const auto sizes, call.items(0));
  DLAS_ASSIGN(const DType dtype, type_or(call, 1, DType::f32));
  return filled(call, sizes, dtype, 0);
}
Result<Datum> ones(Call& call) {
  DLAS_ASSIGN(const auto sizes, call.items(0));
  DLAS_ASSIGN(const DType dtype, type_or(call, 1, DType::f32));
  return filled(call, sizes, dtype, 1);
}

// size fill_value dtype
Result<Datum> full(Call& call) {
  DLAS_ASSIGN(const auto sizes, call.items(0));
  DLAS_ASSIGN(const DType dtype, type_or(call, 2, type_of_number(call.datum(1))));
  DLAS_ASSIGN(const double number, call.real(1));
  return filled(call, sizes, dtype, number);
}

// self dtype: zeros_like, ones_like; full_like has fill_value in front
Result<Datum> filled_like(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const auto sizes, sizes_of(call, x));
  const bool given = call.op == "full_like";
  DLAS_ASSIGN(const DType dtype, type_or(call, given ? 2 : 1, call.build.type(x).dtype));
  DLAS_ASSIGN(const double number, given ? call.real(1) : Result<double>(number_of(call.op)));
  return filled(call, sizes, dtype, number);
}

// self size dtype: new_zeros, new_ones; new_full has fill_value before the type
Result<Datum> new_filled(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const auto sizes, call.items(1));
  const bool given = call.op == "new_full";
  DLAS_ASSIGN(const DType dtype, type_or(call, given ? 3 : 2, call.build.type(x).dtype));
  DLAS_ASSIGN(const double number, given ? call.real(2) : Result<double>(number_of(call.op)));
  return filled(call, sizes, dtype, number);
}

// By overload: end; start end; start end step. Then dtype layout device pin_memory, by name or behind them.
Result<Datum> arange(Call& call) {
  std::vector<Datum> bounds;
  for (std::size_t slot = 0; slot < 3; ++slot) {
    const Datum& d = call.datum(slot);
    if (std::holds_alternative<std::int64_t>(d) || std::holds_alternative<double>(d) || std::holds_alternative<Size>(d))
      bounds.push_back(d);
  }
  if (bounds.empty()) return cannot("a range without an end");
  if (bounds.size() == 1) bounds.insert(bounds.begin(), std::int64_t{0});
  if (bounds.size() == 2) bounds.emplace_back(std::int64_t{1});
  const bool real = std::ranges::any_of(bounds, [](const Datum& d) { return std::holds_alternative<double>(d); });
  DLAS_ASSIGN(const DType dtype, type_or(call, 3, real ? DType::f32 : DType::i64));
  std::vector<ValueId> in;
  for (const Datum& d : bounds) {
    ValueId bound = kNone;
    if (const auto* number = std::get_if<double>(&d)) {
      DLAS_ASSIGN(bound, call.build.scalar(dtype, *number));
    } else {
      DLAS_ASSIGN(bound, call.build.cast(call.build.size_value(d), dtype));
    }
    in.push_back(bound);
  }
  return call.build.finish("Range", {}, std::move(in));
}

// s dtype
Result<Datum> scalar_tensor(Call& call) {
  DLAS_ASSIGN(const DType dtype, type_or(call, 1, type_of_number(call.datum(0))));
  if (const auto* size = std::get_if<Size>(&call.datum(0))) {
    DLAS_ASSIGN(const ValueId value, call.build.cast(size->value, dtype));
    return tensor_datum(value);
  }
  DLAS_ASSIGN(const double number, call.real(0));
  DLAS_ASSIGN(const ValueId value, call.build.scalar(dtype, number));
  return tensor_datum(value);
}

// self dim: one size, or all
Result<Datum> size(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  if (!call.given(1)) {
    DLAS_ASSIGN(std::vector<Datum> all, sizes_of(call, x));
    return list_of(std::move(all));
  }
  DLAS_ASSIGN(const std::int64_t axis, call.integer(1));
  return call.build.size_of(x, axis);
}

Result<Datum> dim(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const std::size_t rank, call.rank_of(x));
  return Datum(static_cast<std::int64_t>(rank));
}

Result<Datum> numel(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  const auto count = call.build.type(x).count();
  if (!count) return cannot("a number of elements that is not known");
  return Datum(*count);
}

Result<Datum> nothing(Call&) { return Datum(); }

}  // namespace dlas::torch
