// Operators that move elements. Sizes and axes that TFLite gives as int32 tensors or options become int64 lists.
#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "model/format/tflite/convert.h"

namespace dlas::tflite {
namespace {

using List = std::vector<std::int64_t>;

// An int64 list with the content of an input: a constant, or a Cast.
Result<ValueId> sizes_of(const Draft& draft, Build& build, std::size_t slot, std::string_view name) {
  if (slot >= draft.in.size() || draft.in[slot] == kNone) return cannot("no " + std::string(name));
  if (const auto known = build.integers(draft.in[slot])) return build.list(draft, name, *known, draft.in[slot]);
  return draft.in[slot];  // int32 and int64 are both taken
}

Result<List> known_sizes(const Draft& draft, const Build& build, std::size_t slot, std::string_view name) {
  if (slot < draft.in.size())
    if (auto known = build.integers(draft.in[slot])) return *std::move(known);
  return cannot(std::string(name) + " that are computed");
}

// Saturated: a file may say anything.
std::int64_t plus(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return a > 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}

template <typename T>
T limited(std::int64_t number) {
  if (std::in_range<T>(number)) return static_cast<T>(number);
  return number < 0 ? std::numeric_limits<T>::min() : std::numeric_limits<T>::max();
}

std::optional<std::size_t> rank_of(const Build& build, ValueId value) {
  if (!build.type(value).ranked()) return std::nullopt;
  return build.type(value).rank();
}

// One number of the input's dtype and quantisation. A zero point outside the dtype is limited; the verifier refuses it.
Result<ValueId> number_like(const Draft& draft, Build& build, std::string_view name, std::int64_t number,
                            ValueId like) {
  const DType dtype = build.type(like).dtype;
  if (dtype == DType::none || is_packed(dtype)) return cannot("padding of elements that are not whole bytes");
  Tensor tensor = Tensor::make(dtype, {});
  if (dtype == DType::boolean) tensor.mutable_as<bool>()[0] = number != 0;
  else if (is_int(dtype)) for_int(dtype, [&]<typename T>() { tensor.mutable_as<T>()[0] = limited<T>(number); });
  else for_real(dtype, [&]<typename T>() { tensor.mutable_as<T>()[0] = static_cast<T>(static_cast<double>(number)); });
  const ValueId value = build.constant(draft, name, tensor);
  build.graph().value(value).type.quantization = build.type(like).quantization;
  return value;
}

// [before, after] for each axis -> all befores, then all afters.
Result<ValueId> paddings(const Draft& draft, Build& build) {
  DLAS_ASSIGN(const List pairs, known_sizes(draft, build, 1, "paddings"));
  List out;
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}})
    for (std::size_t i = side; i < pairs.size(); i += 2) out.push_back(pairs[i]);
  return build.list(draft, "pads", out, draft.in[1]);
}

std::int64_t zero_point(const Build& build, ValueId value) {
  return build.quantized(value) ? build.type(value).quantization->zero_points[0] : 0;
}

}  // namespace

// The new shape is input 1, or an option of old files.
Status reshape(const Draft& draft, Build& build) {
  ValueId shape = kNone;
  if (draft.in.size() > 1) {
    DLAS_ASSIGN(shape, sizes_of(draft, build, 1, "shape"));
  } else {
    const auto option = draft.options().numbers<std::int32_t>(0, "new shape");
    shape = build.list(draft, "shape", List(option.begin(), option.end()));
  }
  return build.finish(draft, "Reshape", {{"allowzero", true}}, {draft.in[0], shape});
}

Status squeeze(const Draft& draft, Build& build) {
  const auto axes = draft.options().numbers<std::int32_t>(0, "axes");
  if (axes.empty()) return build.finish(draft, "Squeeze", {}, {draft.in[0]});
  return build.finish(draft, "Squeeze", {}, {draft.in[0], build.list(draft, "axes", List(axes.begin(), axes.end()))});
}

Status expand_dims(const Draft& draft, Build& build) {
  DLAS_ASSIGN(const List axis, known_sizes(draft, build, 1, "axes"));
  return build.finish(draft, "Unsqueeze", {}, {draft.in[0], build.list(draft, "axes", axis, draft.in[1])});
}

Status transpose(const Draft& draft, Build& build) {
  DLAS_ASSIGN(List perm, known_sizes(draft, build, 1, "axes"));
  const auto rank = static_cast<std::int64_t>(perm.size());
  for (std::int64_t& axis : perm) axis = axis < 0 ? axis + rank : axis;
  return build.finish(draft, "Transpose", {{"perm", std::move(perm)}}, {draft.in[0]});
}

Status concatenation(const Draft& draft, Build& build) {
  DLAS_ASSIGN(const NamedAttribute fused, activation(draft, 1));
  const std::int64_t axis = draft.options().scalar<std::int32_t>(0, 0);
  return build.finish(draft, "Concat", {{"axis", axis}, fused}, draft.in);
}

// A size of -1 reaches to the end.
Status slice(const Draft& draft, Build& build) {
  DLAS_ASSIGN(const List begin, known_sizes(draft, build, 1, "starts"));
  DLAS_ASSIGN(const List size, known_sizes(draft, build, 2, "sizes"));
  if (begin.size() != size.size()) return cannot("as many starts as sizes");
  List end;
  for (std::size_t i = 0; i < begin.size(); ++i)
    end.push_back(size[i] == -1 ? std::numeric_limits<std::int64_t>::max() : plus(begin[i], size[i]));
  return build.finish(
      draft, "Slice", {},
      {draft.in[0], build.list(draft, "starts", begin, draft.in[1]), build.list(draft, "ends", end, draft.in[2])});
}

namespace {

struct Cut {
  List starts, ends, axes, steps;
  List dropped;  // axes of the input that go
  List added;    // axes of size 1 of the output that come
};

// How many axes of the input the ellipsis of a list of `length` entries stands for.
Result<std::int64_t> ellipsis_axes(const Draft& draft, const Build& build, std::size_t length, std::uint32_t added) {
  const auto rank = rank_of(build, draft.in[0]);
  if (!rank) return cannot("an ellipsis of unknown length");
  std::int64_t others = -1;
  for (std::size_t i = 0; i < length; ++i) others += (added >> i & 1) != 0 ? 0 : 1;
  const std::int64_t axes = static_cast<std::int64_t>(*rank) - others;
  if (axes < 0) return cannot("more limits than axes");
  return axes;
}

// Masks: bit i of `begin` (field 0) and `end` (1) lifts that limit, of `ellipsis` (2) stands for all axes that no other
// entry names, of `new` (3) adds an axis, of `shrink` (4) takes one index and drops the axis.
Result<Cut> cut_of(const Draft& draft, const Build& build) {
  DLAS_ASSIGN(const List begin, known_sizes(draft, build, 1, "starts"));
  DLAS_ASSIGN(const List end, known_sizes(draft, build, 2, "ends"));
  DLAS_ASSIGN(const List step, known_sizes(draft, build, 3, "steps"));
  if (begin.size() != end.size() || begin.size() != step.size() || begin.size() > 31) return cannot("uneven limits");
  const auto mask = [&](int field) { return draft.options().scalar<std::uint32_t>(field, 0); };
  if ((mask(2) & (mask(2) - 1)) != 0) return cannot("more than one ellipsis");
  Cut cut;
  std::int64_t axis = 0, place = 0;  // of the input and of the output
  for (std::size_t i = 0; i < begin.size(); ++i) {
    const auto bit = [&](int field) { return (mask(field) >> i & 1) != 0; };
    if (bit(2)) {
      DLAS_ASSIGN(const std::int64_t axes, ellipsis_axes(draft, build, begin.size(), mask(3) & ~mask(2)));
      axis += axes;
      place += axes;
      continue;
    }
    if (bit(3)) {
      cut.added.push_back(place++);
      continue;
    }
    const bool one = bit(4);
    const std::int64_t last =
        step[i] > 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
    const std::int64_t first = step[i] > 0 ? 0 : std::numeric_limits<std::int64_t>::max();
    cut.axes.push_back(axis);
    cut.starts.push_back(bit(0) && !one ? first : begin[i]);
    const std::int64_t to = draft.options().scalar<std::uint8_t>(5, 0) != 0 ? plus(begin[i], end[i]) : end[i];
    const std::int64_t next =
        cut.starts.back() == -1 ? std::numeric_limits<std::int64_t>::max() : plus(cut.starts.back(), 1);
    cut.ends.push_back(one ? next : bit(1) ? last : to);
    cut.steps.push_back(one ? 1 : step[i]);
    if (one) cut.dropped.push_back(axis);
    else ++place;
    ++axis;
  }
  return cut;
}

}  // namespace

Status strided_slice(const Draft& draft, Build& build) {
  DLAS_ASSIGN(const Cut cut, cut_of(draft, build));
  const std::vector<ValueId> in = {draft.in[0], build.list(draft, "starts", cut.starts, draft.in[1]),
                                   build.list(draft, "ends", cut.ends, draft.in[2]),
                                   build.list(draft, "axes", cut.axes),
                                   build.list(draft, "steps", cut.steps, draft.in[3])};
  if (cut.dropped.empty() && cut.added.empty()) return build.finish(draft, "Slice", {}, in);
  DLAS_ASSIGN(ValueId value, build.before(draft, "Slice", {}, in, draft.in[0]));
  if (cut.added.empty()) return build.finish(draft, "Squeeze", {}, {value, build.list(draft, "dropped", cut.dropped)});
  if (!cut.dropped.empty()) {
    const ValueId dropped = build.list(draft, "dropped", cut.dropped);
    DLAS_ASSIGN(value, build.before(draft, "Squeeze", {}, {value, dropped}, draft.in[0]));
  }
  return build.finish(draft, "Unsqueeze", {}, {value, build.list(draft, "added", cut.added)});
}

// Inputs: axis, x.
Status split(const Draft& draft, Build& build) {
  DLAS_ASSIGN(const List axis, known_sizes(draft, build, 0, "axes"));
  if (axis.size() != 1 || draft.in.size() < 2 || draft.in[1] == kNone) return cannot("no axis or no input");
  const auto parts = static_cast<std::int64_t>(draft.out.size());
  return build.finish(draft, "Split", {{"axis", axis[0]}, {"num_outputs", parts}}, {draft.in[1]});
}

// Inputs: x, sizes, axis. One size may be -1.
Status split_v(const Draft& draft, Build& build) {
  DLAS_ASSIGN(List sizes, known_sizes(draft, build, 1, "sizes"));
  DLAS_ASSIGN(const List axis, known_sizes(draft, build, 2, "axes"));
  const auto rank = rank_of(build, draft.in[0]);
  if (axis.size() != 1 || !rank) return cannot("no axis");
  const auto at = normalized_axis(axis[0], *rank);
  const auto open = std::ranges::find(sizes, -1);
  if (open != sizes.end()) {
    if (!at || !build.type(draft.in[0]).dim(*at).known()) return cannot("a size that is not known");
    const std::int64_t others = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, plus);
    *open = others < 0 ? 0 : std::max<std::int64_t>(build.type(draft.in[0]).dim(*at).size() - others, 0);
  }
  return build.finish(draft, "Split", {{"axis", axis[0]}},
                      {draft.in[0], build.list(draft, "sizes", sizes, draft.in[1])});
}

Status pack(const Draft& draft, Build& build) {
  const std::int64_t axis = draft.options().scalar<std::int32_t>(1, 0);
  std::vector<ValueId> parts;
  for (const ValueId in : draft.in) {
    if (in == kNone) return cannot("an absent input");
    DLAS_ASSIGN(const ValueId part, build.before(draft, "Unsqueeze", {}, {in, build.list(draft, "axes", {axis})}, in));
    parts.push_back(part);
  }
  return build.finish(draft, "Concat", {{"axis", axis}}, std::move(parts));
}

Status unpack(const Draft& draft, Build& build) {
  const std::int64_t axis = draft.options().scalar<std::int32_t>(1, 0);
  for (std::size_t i = 0; i < draft.out.size(); ++i) {
    Draft one = draft;
    one.out = {draft.out[i]};
    const Tensor index = Tensor::scalar<std::int64_t>(static_cast<std::int64_t>(i));
    const ValueId at = build.constant(draft, "index", index);
    DLAS_TRY(build.finish(one, "Gather", {{"axis", axis}}, {draft.in[0], at}));
  }
  return {};
}

namespace {

// The first `batch` axes of data and indices belong together. GatherND takes the axis after them, so that `axis` goes there
// and what stood between goes back behind the indices' axes.
Status batched_gather(const Draft& draft, Build& build, std::int64_t axis, std::int64_t batch) {
  const Type &data = build.type(draft.in[0]), &indices = build.type(draft.in[1]);
  if (!data.ranked() || !indices.ranked()) return cannot("ranks that are not known");
  const auto rank = static_cast<std::int64_t>(data.rank()), of_indices = static_cast<std::int64_t>(indices.rank());
  if (batch < 0) batch += of_indices;
  if (axis < 0) axis += rank;
  if (batch < 0 || batch > of_indices || axis < batch || axis >= rank) return cannot("batch axes out of range");
  std::vector<std::int64_t> front, back;
  for (std::int64_t i = 0; i < batch; ++i) front.push_back(i);
  front.push_back(axis);
  for (std::int64_t i = batch; i < rank; ++i)
    if (i != axis) front.push_back(i);
  const std::int64_t between = axis - batch, own = of_indices - batch;  // axes of the result after those of the batch
  for (std::int64_t i = 0; i < batch; ++i) back.push_back(i);
  for (std::int64_t i = 0; i < between; ++i) back.push_back(batch + own + i);
  for (std::int64_t i = 0; i < own; ++i) back.push_back(batch + i);
  for (std::int64_t i = batch + own + between; i < batch + own + rank - batch - 1; ++i) back.push_back(i);
  ValueId from = draft.in[0];
  if (between > 0) {
    DLAS_ASSIGN(from, build.before(draft, "Transpose", {{"perm", front}}, {from}, from));
  }
  DLAS_ASSIGN(const ValueId wide, build.before(draft, "Cast", {{"to", DType::i64}}, {draft.in[1]}, kNone));
  DLAS_ASSIGN(const ValueId columns,
              build.before(draft, "Unsqueeze", {}, {wide, build.list(draft, "last", {-1})}, kNone));
  const AttributeList attributes{{"batch_dims", batch}};
  if (between == 0) return build.finish(draft, "GatherND", attributes, {from, columns});
  DLAS_ASSIGN(const ValueId taken, build.before(draft, "GatherND", attributes, {from, columns}, draft.in[0]));
  return build.finish(draft, "Transpose", {{"perm", back}}, {taken});
}

}  // namespace

Status gather(const Draft& draft, Build& build) {
  if (draft.in.size() < 2 || draft.in[1] == kNone) return cannot("no indices");
  if (const std::int64_t batch = draft.options().scalar<std::int32_t>(1, 0); batch != 0)
    return batched_gather(draft, build, draft.options().scalar<std::int32_t>(0, 0), batch);
  const std::int64_t axis = draft.options().scalar<std::int32_t>(0, 0);
  return build.finish(draft, "Gather", {{"axis", axis}}, draft.in);
}

// PAD fills with 0, which is the output's zero point when quantised; PADV2 with input 2.
Status pad(const Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId pads, paddings(draft, build));
  ValueId fill = draft.in.size() > 2 ? draft.in[2] : kNone;
  if (fill == kNone) {
    DLAS_ASSIGN(fill, number_like(draft, build, "zero", zero_point(build, draft.out[0]), draft.in[0]));
  }
  return build.finish(draft, "Pad", {{"mode", std::string("constant")}}, {draft.in[0], pads, fill});
}

Status mirror_pad(const Draft& draft, Build& build) {
  const bool symmetric = draft.options().scalar<std::int8_t>(0, 0) != 0;
  DLAS_ASSIGN(const ValueId pads, paddings(draft, build));
  return build.finish(draft, "Pad", {{"mode", std::string(symmetric ? "symmetric" : "reflect")}}, {draft.in[0], pads});
}

Status depth_to_space(const Draft& draft, Build& build) {
  const std::int64_t block = draft.options().scalar<std::int32_t>(0, 0);
  return build.finish(draft, "DepthToSpace", {{"blocksize", block}, {"layout", std::string("NHWC")}}, {draft.in[0]});
}

Status space_to_depth(const Draft& draft, Build& build) {
  const std::int64_t block = draft.options().scalar<std::int32_t>(0, 0);
  return build.finish(draft, "SpaceToDepth", {{"blocksize", block}, {"layout", std::string("NHWC")}}, {draft.in[0]});
}

// Inputs: shape, one number.
Status fill(const Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId shape, sizes_of(draft, build, 0, "shape"));
  if (draft.in.size() < 2 || draft.in[1] == kNone) return cannot("no value");
  return build.finish(draft, "Expand", {}, {draft.in[1], shape});
}

}  // namespace dlas::tflite
