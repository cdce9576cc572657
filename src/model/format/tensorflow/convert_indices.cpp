// Operators that choose by indices.
#include <limits>

#include "model/format/tensorflow/convert.h"

namespace dlas::tensorflow {
namespace {

// The first `batch` axes of data and indices belong together. GatherND takes the axis after them, so that `axis` goes there
// and what stood between goes back behind the indices' axes.
Outputs batched_gather(Call& call, std::int64_t axis, std::int64_t batch) {
  Build& build = call.build;
  const auto data = build.rank(call.in[0]), indices = build.rank(call.in[1]);
  if (!data || !indices) return cannot("ranks that are not known");
  const auto rank = static_cast<std::int64_t>(*data), of_indices = static_cast<std::int64_t>(*indices);
  if (batch < 0) batch += of_indices;
  if (axis < 0) axis += rank;
  if (batch < 0 || batch > of_indices || axis < batch || axis >= rank) return cannot("batch axes out of range");
  Numbers front, back;
  for (std::int64_t i = 0; i < batch; ++i) front.push_back(i);
  front.push_back(axis);
  for (std::int64_t i = batch; i < rank; ++i)
    if (i != axis) front.push_back(i);
  const std::int64_t between = axis - batch, own = of_indices - batch;  // axes of the result after those of the batch
  for (std::int64_t i = 0; i < batch; ++i) back.push_back(i);
  for (std::int64_t i = 0; i < between; ++i) back.push_back(batch + own + i);
  for (std::int64_t i = 0; i < own; ++i) back.push_back(batch + i);
  for (std::int64_t i = batch + own + between; i < batch + own + rank - batch - 1; ++i) back.push_back(i);
  ValueId from = call.in[0];
  if (between > 0) {
    DLAS_ASSIGN(from, build.step("Transpose", {{"perm", front}}, {from}));
  }
  DLAS_ASSIGN(const ValueId wide, build.cast(call.in[1], DType::i64));
  DLAS_ASSIGN(const ValueId columns, build.step("Unsqueeze", {}, {wide, build.list({-1})}));
  const AttributeList attributes{{"batch_dims", batch}};
  if (between == 0) return build.finish("GatherND", attributes, {from, columns});
  DLAS_ASSIGN(const ValueId taken, build.step("GatherND", attributes, {from, columns}));
  return build.finish("Transpose", {{"perm", back}}, {taken});
}

// What is known of a list of sizes, by constant indices.
void tell_gathered(Call& call, ValueId out) {
  const auto content = call.build.sizes(call.in[0]), indices = call.build.numbers(call.in[1]);
  if (!content || !indices || call.build.rank(call.in[0]) != 1U) return;
  Numbers found;
  for (const std::int64_t i : *indices) {
    if (i < 0 || i >= std::ssize(*content)) return;
    found.push_back((*content)[static_cast<std::size_t>(i)]);
  }
  call.build.tell(out, std::move(found));
}

}  // namespace

Outputs gather(Call& call) {
  std::int64_t axis = 0;
  if (call.in.size() > 2) {
    DLAS_ASSIGN(axis, call.known_one(2, "axes"));
  }
  if (const std::int64_t batch = call.integer("batch_dims", 0); batch != 0) return batched_gather(call, axis, batch);
  DLAS_ASSIGN(auto out, call.build.finish("Gather", {{"axis", axis}}, {call.in[0], call.in[1]}));
  tell_gathered(call, out[0]);
  return out;
}

Outputs gather_nd(Call& call) {
  DLAS_ASSIGN(const ValueId indices, call.build.cast(call.in[1], DType::i64));
  return call.build.finish("GatherND", {}, {call.in[0], indices});
}

// Inputs: indices, depth, on value, off value. A negative index selects nothing here; ONNX counts it from the end.
Outputs one_hot(Call& call) {
  Build& build = call.build;
  DLAS_ASSIGN(ValueId indices, build.cast(call.in[0], DType::i64));
  const ValueId zero = build.constant(Tensor::scalar<std::int64_t>(0), "zero");
  const ValueId none = build.constant(Tensor::scalar<std::int64_t>(std::numeric_limits<std::int64_t>::max()), "none");
  DLAS_ASSIGN(const ValueId negative, build.step("Less", {}, {indices, zero}));
  DLAS_ASSIGN(indices, build.step("Where", {}, {negative, none, indices}));
  std::vector<ValueId> values;
  for (const std::size_t slot : {std::size_t{3}, std::size_t{2}}) {
    DLAS_ASSIGN(const ValueId value, build.step("Reshape", {}, {call.in[slot], build.list({1})}));
    values.push_back(value);
  }
  DLAS_ASSIGN(const ValueId both, build.step("Concat", {{"axis", std::int64_t{0}}}, values));
  return build.finish("OneHot", {{"axis", call.integer("axis", -1)}}, {indices, call.in[1], both});
}

// The index vectors of what is true, one a row.
Outputs where(Call& call) {
  DLAS_ASSIGN(const ValueId columns, call.build.step("NonZero", {}, {call.in[0]}));
  return call.build.finish("Transpose", {{"perm", Numbers{1, 0}}}, {columns});
}

}  // namespace dlas::tensorflow
