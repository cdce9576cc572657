// Operators that put tensors together, cut them apart or fill up their borders.
#include <fmt/format.h>

#include <limits>
#include <optional>

#include "base/limits.h"
#include "model/format/torch/aten/aten.h"

namespace dlas::torch {
namespace {

constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();

Result<std::int64_t> known_size(Call& call, ValueId x, std::int64_t axis) {
  const Dim& dim = call.build.type(x).dim(static_cast<std::size_t>(axis));
  if (!dim.known()) return cannot("parts of an axis whose size is not known");
  return dim.size();
}

Result<Datum> parts_of(Call& call, ValueId x, std::int64_t axis, const std::vector<std::int64_t>& sizes) {
  if (sizes.empty() || sizes.size() > limits().nodes) return cannot(fmt::format("{} parts", sizes.size()));
  DLAS_ASSIGN(const TensorRef base, call.cell(0));
  DLAS_ASSIGN(std::vector<Datum> out,
              call.build.finish_many("Split", {{"axis", axis}}, {x, call.build.list(sizes)}, sizes.size()));
  std::int64_t start = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const View view{View::Kind::slice, static_cast<std::size_t>(axis), start, start + sizes[i], {}};
    start += sizes[i];
    DLAS_ASSIGN(out[i], view_of(out[i], base, view));
  }
  return list_of(std::move(out));
}

Result<Datum> even_parts(Call& call, ValueId x, std::int64_t axis, std::int64_t each) {
  DLAS_ASSIGN(const std::int64_t size, known_size(call, x, axis));
  if (each < 1) return make_error(Code::format, "parts of at least 1", fmt::format("{}", each));
  if ((size - 1) / each >= static_cast<std::int64_t>(limits().nodes)) return cannot("that many parts");
  std::vector<std::int64_t> sizes;
  for (std::int64_t left = size; left > 0; left -= each) sizes.push_back(std::min(left, each));
  if (sizes.empty()) sizes.push_back(0);
  return parts_of(call, x, axis, sizes);
}

// A bound of a slice as one value of one element; `plain` gets it when it is known.
Result<ValueId> bound(Call& call, std::size_t slot, std::int64_t otherwise, std::optional<std::int64_t>& plain) {
  const Datum d = call.given(slot) ? call.datum(slot) : Datum(otherwise);
  if (const auto* n = std::get_if<std::int64_t>(&d)) {
    plain = *n;
    return call.build.list({*n});
  }
  if (!std::holds_alternative<Size>(d)) return cannot(fmt::format("{} as a bound", kind_of(d)));
  plain.reset();
  return call.build.sizes_value({d});
}

Result<Datum> cut(Call& call, ValueId x, std::int64_t axis, std::int64_t start, std::int64_t end) {
  DLAS_ASSIGN(const TensorRef base, call.cell(0));
  Build& b = call.build;
  DLAS_ASSIGN(const Datum out, b.finish("Slice", {}, {x, b.list({start}), b.list({end}), b.list({axis})}));
  return view_of(out, base, {View::Kind::slice, static_cast<std::size_t>(axis), start, end, {}});
}

// (left, right, top, bottom, ...) from the last axis on -> all begins, then all ends.
Result<std::vector<std::int64_t>> pads_of(Call& call, ValueId x, std::size_t slot) {
  DLAS_ASSIGN(const auto list, call.integers(slot));
  DLAS_ASSIGN(const std::size_t rank, call.rank_of(x));
  if (list.size() % 2 != 0 || list.size() / 2 > rank) return cannot(fmt::format("{} sizes of borders", list.size()));
  std::vector<std::int64_t> out(2 * rank, 0);
  for (std::size_t i = 0; i < list.size() / 2; ++i) {
    out[rank - 1 - i] = list[2 * i];
    out[2 * rank - 1 - i] = list[2 * i + 1];
  }
  return out;
}

Result<Datum> padded(Call& call, std::string_view mode, double number) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const auto pads, pads_of(call, x, 1));
  ValueId value = kNone;
  if (mode == "constant" && number != 0) {
    DLAS_ASSIGN(value, call.build.scalar(call.build.type(x).dtype, number));
  }
  return call.build.finish("Pad", {{"mode", std::string(mode)}}, {x, call.build.list(pads), value});
}

// The tensor with [start, end) of an axis replaced, as a change in place of a copy.
Result<Datum> scattered(Call& call, View view) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const ValueId part, call.tensor(1));
  const auto whole = std::get<TensorRef>(tensor_datum(x));
  DLAS_ASSIGN(const Datum hole, view_of(tensor_datum(part), whole, std::move(view)));
  DLAS_TRY(change(std::get<TensorRef>(hole), part, call.build));
  return call.build.finish("Identity", {}, {whole->value});
}

}  // namespace

// tensors dim
Result<Datum> cat(Call& call) {
  DLAS_ASSIGN(const std::vector<ValueId> in, call.tensors(0));
  if (in.empty()) return make_error(Code::format, "tensors to put together", "none");
  DLAS_ASSIGN(const std::int64_t axis, call.axis(1, in[0], 0));
  return call.build.finish("Concat", {{"axis", axis}}, in);
}

// tensors dim
Result<Datum> stack(Call& call) {
  DLAS_ASSIGN(std::vector<ValueId> in, call.tensors(0));
  if (in.empty()) return make_error(Code::format, "tensors to put together", "none");
  DLAS_ASSIGN(const std::size_t rank, call.rank_of(in[0]));
  DLAS_ASSIGN(const std::int64_t axis, call.integer(1, 0));
  const auto place = normalized_axis(axis, rank + 1);
  if (!place) return make_error(Code::format, "an axis of the result", fmt::format("{}", axis));
  const auto at = static_cast<std::int64_t>(*place);
  for (ValueId& x : in) {
    DLAS_ASSIGN(x, call.build.step("Unsqueeze", {}, {x, call.build.list({at})}));
  }
  return call.build.finish("Concat", {{"axis", at}}, in);
}

// self split_size|split_sizes dim
Result<Datum> split(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const std::int64_t axis, call.axis(2, x, 0));
  if (const auto* each = std::get_if<std::int64_t>(&call.datum(1))) return even_parts(call, x, axis, *each);
  DLAS_ASSIGN(const auto sizes, call.integers(1));
  return parts_of(call, x, axis, sizes);
}

// self chunks dim
Result<Datum> chunk(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const std::int64_t axis, call.axis(2, x, 0));
  DLAS_ASSIGN(const std::int64_t chunks, call.integer(1));
  DLAS_ASSIGN(const std::int64_t size, known_size(call, x, axis));
  if (chunks < 1) return make_error(Code::format, "at least 1 part", fmt::format("{}", chunks));
  return even_parts(call, x, axis, std::max<std::int64_t>(1, size / chunks + (size % chunks != 0)));
}

// self dim
Result<Datum> unbind(Call& call) {
  DLAS_ASSIGN(const TensorRef base, call.cell(0));
  DLAS_ASSIGN(const ValueId x, current(base, call.build));
  DLAS_ASSIGN(const std::int64_t axis, call.axis(1, x, 0));
  DLAS_ASSIGN(const std::int64_t size, known_size(call, x, axis));
  if (size < 1 || size > 1024) return cannot(fmt::format("{} parts", size));
  std::vector<Datum> out;
  for (std::int64_t i = 0; i < size; ++i) {
    DLAS_ASSIGN(const Datum row,
                call.build.finish("Gather", {{"axis", axis}}, {x, call.build.constant(Tensor::scalar(i), "index")},
                                  static_cast<std::size_t>(i)));
    DLAS_ASSIGN(const Datum part, view_of(row, base, {View::Kind::select, static_cast<std::size_t>(axis), i, 0, {}}));
    out.push_back(part);
  }
  return list_of(std::move(out));
}

// self dim start end step
Result<Datum> slice(Call& call) {
  DLAS_ASSIGN(const TensorRef base, call.cell(0));
  DLAS_ASSIGN(const ValueId x, current(base, call.build));
  DLAS_ASSIGN(const std::int64_t axis, call.axis(1, x, 0));
  DLAS_ASSIGN(const std::int64_t step, call.integer(4, 1));
  std::optional<std::int64_t> start, end;
  DLAS_ASSIGN(const ValueId from, bound(call, 2, 0, start));
  DLAS_ASSIGN(const ValueId to, bound(call, 3, kEnd, end));
  const bool all = start == 0 && end == kEnd && step == 1;
  if (all) return call.datum(0);
  DLAS_ASSIGN(const Datum out,
              call.build.finish("Slice", {},
                                {x, from, to, call.build.list({axis}), step == 1 ? kNone : call.build.list({step})}));
  View view;
  if (start && end && step == 1) view = {View::Kind::slice, static_cast<std::size_t>(axis), *start, *end, {}};
  return view_of(out, base, std::move(view));
}

// self dim index
Result<Datum> select(Call& call) {
  DLAS_ASSIGN(const TensorRef base, call.cell(0));
  DLAS_ASSIGN(const ValueId x, current(base, call.build));
  DLAS_ASSIGN(const std::int64_t axis, call.axis(1, x, 0));
  DLAS_ASSIGN(const std::int64_t place, call.integer(2));
  const ValueId which = call.build.constant(Tensor::scalar(place), "index");
  DLAS_ASSIGN(const Datum out, call.build.finish("Gather", {{"axis", axis}}, {x, which}));
  return view_of(out, base, {View::Kind::select, static_cast<std::size_t>(axis), place, 0, {}});
}

// self dim start length
Result<Datum> narrow(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const std::int64_t axis, call.axis(1, x, 0));
  DLAS_ASSIGN(const std::int64_t start, call.integer(2));
  DLAS_ASSIGN(const std::int64_t length, call.integer(3));
  if (start < 0 || length < 0 || length > kEnd - start)
    return make_error(Code::format, "a start and a length of at least 0", fmt::format("{} {}", start, length));
  return cut(call, x, axis, start, start + length);
}

// self indices: None keeps an axis
Result<Datum> index(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const std::vector<Datum> places, call.items(1));
  std::optional<std::size_t> axis;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (is_none(places[i])) continue;
    if (axis) return cannot("an index by several tensors");
    axis = i;
  }
  if (!axis) return call.datum(0);
  const auto* which = std::get_if<TensorRef>(&places[*axis]);
  if (!which) return cannot(fmt::format("an index by {}", kind_of(places[*axis])));
  DLAS_ASSIGN(const ValueId indices, current(*which, call.build));
  if (!is_int(call.build.type(indices).dtype)) return cannot("an index by a mask");
  return call.build.finish("Gather", {{"axis", static_cast<std::int64_t>(*axis)}}, {x, indices});
}

// self dim index
Result<Datum> index_select(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const std::int64_t axis, call.axis(1, x, 0));
  DLAS_ASSIGN(const ValueId indices, call.tensor(2));
  return call.build.finish("Gather", {{"axis", axis}}, {x, indices});
}
Result<Datum> gather(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const std::int64_t axis, call.axis(1, x, 0));
  DLAS_ASSIGN(const ValueId indices, call.tensor(2));
  return call.build.finish("GatherElements", {{"axis", axis}}, {x, indices});
}

// self shifts dims: what leaves an axis at its end comes in at its beginning
Result<Datum> roll(Call& call) {
  DLAS_ASSIGN(ValueId x, call.tensor(0));
  DLAS_ASSIGN(const auto shifts, call.integers(1));
  DLAS_ASSIGN(const auto axes, call.axes(2, x));
  if (shifts.size() != axes.size()) return cannot("a roll of the flattened tensor");
  Build& b = call.build;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    DLAS_ASSIGN(const std::int64_t size, known_size(call, x, axes[i]));
    const std::int64_t cut_at = size == 0 ? 0 : ((-shifts[i] % size) + size) % size;
    const bool last = i + 1 == axes.size();
    if (cut_at == 0 && !last) continue;
    const ValueId axis = b.list({axes[i]}), place = b.list({cut_at});
    DLAS_ASSIGN(const ValueId tail, b.step("Slice", {}, {x, place, b.list({kEnd}), axis}));
    DLAS_ASSIGN(const ValueId head, b.step("Slice", {}, {x, b.list({0}), place, axis}));
    const AttributeList along{{"axis", axes[i]}};
    if (last) return b.finish("Concat", along, {tail, head});
    DLAS_ASSIGN(x, b.step("Concat", along, {tail, head}));
  }
  return call.datum(0);
}

// self dims
Result<Datum> flip(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const auto axes, call.axes(1, x));
  return call.build.finish("Reverse", {}, {x, call.build.list(axes)});
}

// self pad mode value
Result<Datum> pad(Call& call) {
  DLAS_ASSIGN(const std::string mode, call.text(2, "constant"));
  DLAS_ASSIGN(const double number, call.real(3, 0));
  if (mode == "constant") return padded(call, mode, number);
  if (mode == "reflect") return padded(call, mode, 0);
  if (mode == "replicate") return padded(call, "edge", 0);
  if (mode == "circular") return padded(call, "wrap", 0);
  return cannot("borders by '" + mode + "'");
}

// self pad value
Result<Datum> constant_pad(Call& call) {
  DLAS_ASSIGN(const double number, call.real(2, 0));
  return padded(call, "constant", number);
}
Result<Datum> reflection_pad(Call& call) { return padded(call, "reflect", 0); }
Result<Datum> replication_pad(Call& call) { return padded(call, "edge", 0); }

// self src dim start end step
Result<Datum> slice_scatter(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const std::int64_t axis, call.axis(2, x, 0));
  DLAS_ASSIGN(const std::int64_t start, call.integer(3, 0));
  DLAS_ASSIGN(const std::int64_t end, call.integer(4, kEnd));
  DLAS_ASSIGN(const std::int64_t step, call.integer(5, 1));
  if (step != 1) return cannot("every second element replaced");
  return scattered(call, {View::Kind::slice, static_cast<std::size_t>(axis), start, end, {}});
}

// self src dim index
Result<Datum> select_scatter(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const std::int64_t axis, call.axis(2, x, 0));
  DLAS_ASSIGN(const std::int64_t place, call.integer(3));
  return scattered(call, {View::Kind::select, static_cast<std::size_t>(axis), place, 0, {}});
}

// self diagonal: tril, triu
Result<Datum> triangle(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const std::int64_t diagonal, call.integer(1, 0));
  const std::int64_t upper = call.op == "triu";
  return call.build.finish("Trilu", {{"upper", upper}}, {x, call.build.constant(Tensor::scalar(diagonal), "diagonal")});
}

}  // namespace dlas::torch
