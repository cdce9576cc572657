#include "model/format/torch/call.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/format/torch/dtype.h"

namespace dlas::torch {
namespace {

// "self dim|other keepdim": names by slot; some overloads call one slot by another name.
std::vector<std::string_view> slots_of(std::string_view signature) {
  std::vector<std::string_view> out;
  while (!signature.empty()) {
    const std::size_t end = std::min(signature.find(' '), signature.size());
    out.push_back(signature.substr(0, end));
    signature.remove_prefix(std::min(end + 1, signature.size()));
  }
  return out;
}

bool called(std::string_view slot, std::string_view name) {
  for (;;) {
    const std::size_t bar = slot.find('|');
    if (slot.substr(0, bar) == name) return true;
    if (bar == std::string_view::npos) return false;
    slot.remove_prefix(bar + 1);
  }
}

// A number given to a tensor of integers or booleans makes the result what Python would make of it.
DType type_with_number(DType tensor, const Datum& number) {
  if (is_float(tensor)) return tensor;
  if (std::holds_alternative<double>(number)) return DType::f32;
  if (tensor == DType::boolean && !std::holds_alternative<bool>(number)) return DType::i64;
  return tensor;
}

}  // namespace

Result<Call> Call::bind(Build& build, std::string_view op, std::string_view signature,
                        const std::vector<NamedDatum>& arguments) {
  Call call(build, op);
  call.signature_ = signature;
  const auto slots = slots_of(signature);
  call.slots_.resize(slots.size());
  std::size_t position = 0;
  for (const auto& [name, datum] : arguments) {
    std::size_t slot = position;
    if (!name.empty())
      slot = static_cast<std::size_t>(std::ranges::find_if(slots, [&](std::string_view s) { return called(s, name); }) -
                                      slots.begin());
    // A slot may go by two names, "start|end": once it has a value, the next slot of the name is meant.
    while (!name.empty() && slot < slots.size() && !is_none(call.slots_[slot])) {
      const auto next = std::ranges::find_if(slots.begin() + static_cast<std::ptrdiff_t>(slot) + 1, slots.end(),
                                             [&](std::string_view s) { return called(s, name); });
      if (next == slots.end()) break;
      slot = static_cast<std::size_t>(next - slots.begin());
    }
    if (slot >= slots.size())
      return cannot(name.empty() ? fmt::format("more than {} arguments", slots.size())
                                 : fmt::format("an argument '{}'", name));
    call.slots_[slot] = datum;
    position = slot + 1;
  }
  return call;
}

Error Call::wrong(std::size_t slot, std::string_view expected) const {
  const auto slots = slots_of(signature_);
  const std::string_view name = slot < slots.size() ? slots[slot].substr(0, slots[slot].find('|')) : "?";
  return cannot(fmt::format("{} as '{}', not {}", given(slot) ? kind_of(slots_[slot]) : "nothing", name, expected));
}

const Datum& Call::datum(std::size_t slot) const {
  static const Datum nothing;
  return slot < slots_.size() ? slots_[slot] : nothing;
}

Result<TensorRef> Call::cell(std::size_t slot) const {
  const auto* t = std::get_if<TensorRef>(&datum(slot));
  if (!t) return wrong(slot, "a tensor");
  return *t;
}

Result<ValueId> Call::tensor(std::size_t slot) const {
  DLAS_ASSIGN(const TensorRef t, cell(slot));
  return current(t, build);
}

Result<ValueId> Call::tensor_or_none(std::size_t slot) const { return given(slot) ? tensor(slot) : kNone; }

Result<std::int64_t> Call::integer(std::size_t slot) const {
  if (const auto* n = std::get_if<std::int64_t>(&datum(slot))) return *n;
  if (const auto* b = std::get_if<bool>(&datum(slot))) return *b;
  return wrong(slot, "an integer");
}
Result<std::int64_t> Call::integer(std::size_t slot, std::int64_t otherwise) const {
  return given(slot) ? integer(slot) : otherwise;
}

Result<double> Call::real(std::size_t slot) const {
  if (const auto* r = std::get_if<double>(&datum(slot))) return *r;
  if (const auto* b = std::get_if<bool>(&datum(slot))) return *b;
  if (const auto* n = std::get_if<std::int64_t>(&datum(slot))) return static_cast<double>(*n);
  return wrong(slot, "a number");
}
Result<double> Call::real(std::size_t slot, double otherwise) const { return given(slot) ? real(slot) : otherwise; }

Result<bool> Call::flag(std::size_t slot, bool otherwise) const {
  if (!given(slot)) return otherwise;
  if (const auto* b = std::get_if<bool>(&datum(slot))) return *b;
  if (const auto* n = std::get_if<std::int64_t>(&datum(slot))) return *n != 0;
  return wrong(slot, "a boolean");
}

Result<std::string> Call::text(std::size_t slot, std::string_view otherwise) const {
  if (!given(slot)) return std::string(otherwise);
  if (const auto* s = std::get_if<std::string>(&datum(slot))) return *s;
  return wrong(slot, "a text");
}

Result<DType> Call::dtype(std::size_t slot) const {
  if (const auto* d = std::get_if<DType>(&datum(slot))) return *d;
  if (const auto* n = std::get_if<std::int64_t>(&datum(slot))) return dtype_of_scalar_type(*n);
  return wrong(slot, "an element type");
}

Result<std::vector<Datum>> Call::items(std::size_t slot) const {
  const Datum& d = datum(slot);
  if (const auto* s = std::get_if<SequenceRef>(&d); s && (*s)->kind != Sequence::Kind::dict) return (*s)->items;
  if (std::holds_alternative<std::int64_t>(d) || std::holds_alternative<Size>(d)) return std::vector<Datum>{d};
  return wrong(slot, "a list");
}

Result<std::vector<std::int64_t>> Call::integers(std::size_t slot) const {
  DLAS_ASSIGN(const std::vector<Datum> data, items(slot));
  std::vector<std::int64_t> out;
  for (const Datum& d : data) {
    const auto* n = std::get_if<std::int64_t>(&d);
    if (!n) return wrong(slot, "integers that are known");
    out.push_back(*n);
  }
  return out;
}

Result<std::vector<std::int64_t>> Call::spread(std::size_t slot, std::size_t count, std::int64_t otherwise) const {
  if (!given(slot)) return std::vector<std::int64_t>(count, otherwise);
  DLAS_ASSIGN(std::vector<std::int64_t> out, integers(slot));
  if (out.size() == 1) out.assign(count, out[0]);
  if (out.size() != count) return wrong(slot, fmt::format("{} integers", count));
  return out;
}

Result<std::vector<ValueId>> Call::tensors(std::size_t slot) const {
  DLAS_ASSIGN(const std::vector<Datum> data, items(slot));
  std::vector<ValueId> out;
  for (const Datum& d : data) {
    const auto* t = std::get_if<TensorRef>(&d);
    if (!t) return wrong(slot, "a list of tensors");
    DLAS_ASSIGN(const ValueId value, current(*t, build));
    out.push_back(value);
  }
  return out;
}

Result<ValueId> Call::operand(std::size_t slot, ValueId like) const {
  const Datum& d = datum(slot);
  if (std::holds_alternative<TensorRef>(d)) return tensor(slot);
  const DType dtype = type_with_number(build.type(like).dtype, d);
  if (const auto* size = std::get_if<Size>(&d)) return build.cast(size->value, dtype);
  DLAS_ASSIGN(const double number, real(slot));
  return build.scalar(dtype, number);
}

Result<std::size_t> Call::rank_of(ValueId value) const {
  const Type& t = build.type(value);
  if (!t.ranked()) return cannot("a tensor of unknown rank");
  return t.rank();
}

Result<std::int64_t> Call::axis(std::size_t slot, ValueId of, std::int64_t otherwise) const {
  DLAS_ASSIGN(const std::int64_t given_axis, integer(slot, otherwise));
  DLAS_ASSIGN(const std::size_t rank, rank_of(of));
  if (rank == 0) return cannot("an axis of a tensor without axes");
  const auto place = normalized_axis(given_axis, rank);
  if (!place)
    return make_error(Code::format, "an axis of " + dlas::text(build.type(of)), fmt::format("{}", given_axis));
  return static_cast<std::int64_t>(*place);
}

Result<std::vector<std::int64_t>> Call::axes(std::size_t slot, ValueId of) const {
  DLAS_ASSIGN(const std::size_t rank, rank_of(of));
  std::vector<std::int64_t> out;
  if (given(slot)) {
    DLAS_ASSIGN(out, integers(slot));
  }
  for (std::int64_t& a : out) {
    const auto place = normalized_axis(a, rank);
    if (!place) return make_error(Code::format, "axes of " + dlas::text(build.type(of)), fmt::format("{}", a));
    a = static_cast<std::int64_t>(*place);
  }
  if (out.empty())
    for (std::size_t i = 0; i < rank; ++i) out.push_back(static_cast<std::int64_t>(i));
  return out;
}

}  // namespace dlas::torch
