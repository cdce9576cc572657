// Parts of tensors, and tensors put together. What is known of lists of sizes goes along.
#include <algorithm>
#include <numeric>

#include "model/format/tensorflow/convert.h"

namespace dlas::tensorflow {
namespace {

constexpr std::int64_t kFirst = std::numeric_limits<std::int64_t>::min(),
                       kLast = std::numeric_limits<std::int64_t>::max();

// Saturated: a file may say anything.
std::int64_t plus(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return a > 0 ? kLast : kFirst;
}

std::optional<std::int64_t> size_along(const Type& type, std::int64_t axis) {
  if (!type.ranked()) return std::nullopt;
  const auto rank = static_cast<std::int64_t>(type.rank());
  if (axis < 0) axis += rank;
  if (axis < 0 || axis >= rank || !type.dim(static_cast<std::size_t>(axis)).known()) return std::nullopt;
  return type.dim(static_cast<std::size_t>(axis)).size();
}

// A piece of a list of sizes; the constant when all of it is known, for which no node is needed.
std::optional<ValueId> known_piece(Call& call, const Numbers& piece, bool scalar) {
  if (std::ranges::any_of(piece, is_open)) return std::nullopt;
  const DType dtype = call.build.type(call.in[0]).dtype;
  if (dtype != DType::i32 && dtype != DType::i64) return std::nullopt;
  Tensor out = Tensor::make(dtype, scalar ? Shape{} : Shape{static_cast<std::int64_t>(piece.size())});
  for_int(dtype, [&]<typename T>() {
    std::ranges::transform(piece, out.mutable_as<T>().begin(), [](std::int64_t n) { return static_cast<T>(n); });
  });
  return call.build.constant(std::move(out), "sizes");
}

}  // namespace

// ConcatV2 has the axis behind its inputs, Concat in front of them.
Outputs concat(Call& call) {
  const bool last = call.node.op == "ConcatV2";
  DLAS_ASSIGN(const std::int64_t axis, call.known_one(last ? call.in.size() - 1 : 0, "axes"));
  std::vector<ValueId> parts(call.in.begin() + (last ? 0 : 1), call.in.end() - (last ? 1 : 0));
  std::optional<Numbers> all = Numbers();
  for (const ValueId part : parts) {
    const auto sizes = call.build.sizes(part);
    if (!sizes) all.reset();
    if (all) all->insert(all->end(), sizes->begin(), sizes->end());
  }
  DLAS_ASSIGN(auto out, call.build.finish("Concat", {{"axis", axis}}, std::move(parts)));
  if (all) call.build.tell(out[0], *std::move(all));
  return out;
}

Outputs pack(Call& call) {
  const std::int64_t axis = call.integer("axis", 0);
  std::vector<ValueId> parts;
  std::optional<Numbers> all = Numbers();
  for (const ValueId in : call.in) {
    const auto size = call.build.sizes(in);
    if (!size || size->size() != 1 || call.build.rank(in) != 0U) all.reset();
    if (all) all->push_back((*size)[0]);
    DLAS_ASSIGN(const ValueId part, call.build.step("Unsqueeze", {}, {in, call.build.list({axis})}));
    parts.push_back(part);
  }
  DLAS_ASSIGN(auto out, call.build.finish("Concat", {{"axis", axis}}, std::move(parts)));
  if (all) call.build.tell(out[0], *std::move(all));
  return out;
}

Outputs unpack(Call& call) {
  const std::int64_t axis = call.integer("axis", 0), parts = call.integer("num", 0);
  if (parts < 0 || parts > (1 << 16)) return cannot("a number of parts out of range");
  DLAS_TRY(call.build.spend(static_cast<std::uint64_t>(parts)));
  const auto content = call.build.sizes(call.in[0]);
  std::vector<ValueId> out;
  for (std::int64_t i = 0; i < parts; ++i) {
    const ValueId index = call.build.constant(Tensor::scalar(i), "index");
    DLAS_ASSIGN(const ValueId part,
                call.build.finish_one("Gather", {{"axis", axis}}, {call.in[0], index}, static_cast<std::size_t>(i)));
    if (content && std::ssize(*content) == parts) call.build.tell(part, {(*content)[static_cast<std::size_t>(i)]});
    out.push_back(part);
  }
  return out;
}

// Inputs: axis, x.
Outputs split(Call& call) {
  DLAS_ASSIGN(const std::int64_t axis, call.known_one(0, "axes"));
  const std::int64_t parts = call.integer("num_split", 0);
  if (parts < 1 || parts > (1 << 16)) return cannot("a number of parts out of range");
  DLAS_TRY(call.build.spend(static_cast<std::uint64_t>(parts) / 2));
  return call.build.finish("Split", {{"axis", axis}, {"num_outputs", parts}}, {call.in[1]},
                           static_cast<std::size_t>(parts));
}

// Inputs: x, sizes, axis. One size may be -1.
Outputs split_v(Call& call) {
  DLAS_ASSIGN(Numbers sizes, call.known(1, "sizes"));
  DLAS_ASSIGN(const std::int64_t axis, call.known_one(2, "axes"));
  if (const auto open = std::ranges::find(sizes, -1); open != sizes.end()) {
    const auto whole = size_along(call.build.type(call.in[0]), axis);
    if (!whole) return cannot("a size that is not known");
    const std::int64_t others = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, plus);
    *open = others < 0 ? 0 : std::max<std::int64_t>(*whole - others, 0);
  }
  if (sizes.empty()) return cannot("no parts");
  DLAS_TRY(call.build.spend(sizes.size() / 2));
  const std::size_t parts = sizes.size();
  return call.build.finish("Split", {{"axis", axis}}, {call.in[0], call.build.list(sizes)}, parts);
}

// A size of -1 reaches to the end.
Outputs slice(Call& call) {
  const auto begin = call.build.numbers(call.in[1]), count = call.build.numbers(call.in[2]);
  if (!begin || !count) return cannot("starts or sizes that are computed");
  if (begin->size() != count->size()) return cannot("uneven limits");
  Numbers axes, ends;
  for (std::size_t i = 0; i < begin->size(); ++i) {
    axes.push_back(static_cast<std::int64_t>(i));
    ends.push_back((*count)[i] < 0 ? kLast : plus((*begin)[i], (*count)[i]));
  }
  DLAS_ASSIGN(auto out,
              call.build.finish("Slice", {},
                                {call.in[0], call.build.list(*begin), call.build.list(ends), call.build.list(axes)}));
  const auto content = call.build.sizes(call.in[0]);
  if (!content || begin->size() != 1 || (*begin)[0] < 0 || (*begin)[0] > std::ssize(*content)) return out;
  const auto last = std::clamp<std::int64_t>(ends[0], (*begin)[0], std::ssize(*content));
  const Numbers piece(content->begin() + (*begin)[0], content->begin() + last);
  if (const auto known = known_piece(call, piece, false)) return std::vector<ValueId>{*known};
  call.build.tell(out[0], piece);
  return out;
}

Outputs reverse(Call& call) {
  DLAS_ASSIGN(const ValueId axes, call.wide(1));
  return call.build.finish("Reverse", {}, {call.in[0], axes});
}

namespace {

// What StridedSlice cuts, as Slice, Squeeze and Unsqueeze have it.
struct Cut {
  Numbers starts, ends, steps, axes;
  Numbers dropped;  // axes of the input of which one index is taken
  Numbers added;    // axes of the output
};

struct Masks {
  std::int64_t begin, end, ellipsis, added, dropped;
  static bool bit(std::int64_t mask, std::size_t i) { return (mask >> i & 1) != 0; }
};

// How many axes the ellipsis stands for.
Result<std::int64_t> ellipsis_axes(const Call& call, const Masks& m, std::size_t entries) {
  const auto rank = call.build.rank(call.in[0]);
  if (!rank) return cannot("an ellipsis over an unknown number of axes");
  auto named = static_cast<std::int64_t>(entries) - 1;
  for (std::size_t i = 0; i < entries; ++i)
    if (Masks::bit(m.added, i) && !Masks::bit(m.ellipsis, i)) --named;
  const std::int64_t axes = static_cast<std::int64_t>(*rank) - named;
  if (axes < 0) return cannot("more entries than axes");
  return axes;
}

void add_axis(const Masks& m, std::size_t i, std::int64_t axis, const std::array<std::int64_t, 3>& entry, Cut& cut) {
  const auto [begin, end, step] = entry;
  const bool single = Masks::bit(m.dropped, i);
  const std::int64_t first = step > 0 ? 0 : kLast, last = step > 0 ? kLast : kFirst;
  cut.axes.push_back(axis);
  cut.starts.push_back(Masks::bit(m.begin, i) && !single ? first : begin);
  const std::int64_t next = cut.starts.back() == -1 ? kLast : plus(cut.starts.back(), 1);
  cut.ends.push_back(single ? next : Masks::bit(m.end, i) ? last : end);
  cut.steps.push_back(single ? 1 : step);
  if (single) cut.dropped.push_back(axis);
}

// An entry is an axis of the input; the bit of `begin` and `end` lifts that limit, of `ellipsis` stands for all axes that no
// other entry names, of `added` makes a new axis, of `dropped` takes one index and drops the axis.
Result<Cut> cut_of(const Call& call) {
  DLAS_ASSIGN(const Numbers begin, call.known(1, "starts"));
  DLAS_ASSIGN(const Numbers end, call.known(2, "ends"));
  DLAS_ASSIGN(const Numbers step, call.known(3, "steps"));
  if (begin.size() != end.size() || begin.size() != step.size() || begin.size() > 31) return cannot("uneven limits");
  if (std::ranges::count(step, 0) > 0) return cannot("a step of 0");
  const Masks m{call.integer("begin_mask", 0), call.integer("end_mask", 0), call.integer("ellipsis_mask", 0),
                call.integer("new_axis_mask", 0), call.integer("shrink_axis_mask", 0)};
  if ((m.ellipsis & (m.ellipsis - 1)) != 0) return cannot("more than one ellipsis");
  Cut cut;
  std::int64_t axis = 0, place = 0;  // of the input and of the output
  for (std::size_t i = 0; i < begin.size(); ++i) {
    if (Masks::bit(m.ellipsis, i)) {
      DLAS_ASSIGN(const std::int64_t axes, ellipsis_axes(call, m, begin.size()));
      axis += axes;
      place += axes;
    } else if (Masks::bit(m.added, i)) {
      cut.added.push_back(place++);
    } else {
      add_axis(m, i, axis++, {begin[i], end[i], step[i]}, cut);
      place += Masks::bit(m.dropped, i) ? 0 : 1;
    }
  }
  return cut;
}

// The piece of a list of sizes that a slice of one axis takes; nothing when it is no such slice.
std::optional<Numbers> piece_of(const Call& call, const Cut& cut) {
  const auto content = call.build.sizes(call.in[0]);
  if (!content || call.build.rank(call.in[0]) != 1U || cut.axes.size() != 1 || cut.steps[0] != 1) return std::nullopt;
  const auto size = std::ssize(*content);
  const auto place = [&](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? plus(at, size) : at, 0, size); };
  const std::int64_t first = place(cut.starts[0]), last = std::max(place(cut.ends[0]), first);
  if (!cut.dropped.empty() && last != first + 1) return std::nullopt;
  return Numbers(content->begin() + first, content->begin() + last);
}

Result<ValueId> sliced(Call& call, const Cut& cut) {
  const auto list = [&](const Numbers& numbers) { return call.build.list(numbers); };
  const std::vector<ValueId> in = {call.in[0], list(cut.starts), list(cut.ends), list(cut.axes), list(cut.steps)};
  const bool plain = cut.dropped.empty() && cut.added.empty();
  if (plain) return call.build.finish_one("Slice", {}, in, 0);
  ValueId value = call.in[0];
  if (!cut.axes.empty()) {
    DLAS_ASSIGN(value, call.build.step("Slice", {}, in));
  }
  if (cut.added.empty()) return call.build.finish_one("Squeeze", {}, {value, list(cut.dropped)}, 0);
  if (!cut.dropped.empty()) {
    DLAS_ASSIGN(value, call.build.step("Squeeze", {}, {value, list(cut.dropped)}));
  }
  return call.build.finish_one("Unsqueeze", {}, {value, list(cut.added)}, 0);
}

}  // namespace

Outputs strided_slice(Call& call) {
  DLAS_ASSIGN(const Cut cut, cut_of(call));
  const auto piece = cut.added.empty() ? piece_of(call, cut) : std::nullopt;
  if (piece)
    if (const auto known = known_piece(call, *piece, !cut.dropped.empty())) return std::vector<ValueId>{*known};
  DLAS_ASSIGN(const ValueId out, sliced(call, cut));
  if (piece) call.build.tell(out, *piece);
  return std::vector<ValueId>{out};
}

}  // namespace dlas::tensorflow
