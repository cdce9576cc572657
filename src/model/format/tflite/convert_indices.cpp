// Operators that choose, count and scatter by indices.
#include <limits>

#include "model/format/tflite/convert.h"

namespace dlas::tflite {
namespace {

// One number of an integer dtype.
Result<ValueId> integer(const Draft& draft, Build& build, std::string_view name, DType dtype, std::int64_t number) {
  if (dtype == DType::i64) return build.constant(draft, name, Tensor::scalar<std::int64_t>(number));
  if (dtype == DType::i32)
    return build.constant(draft, name, Tensor::scalar<std::int32_t>(static_cast<std::int32_t>(number)));
  return cannot("indices that are neither int32 nor int64");
}

Status needs(const Draft& draft, std::size_t inputs) {
  if (draft.in.size() < inputs) return cannot("too few inputs");
  for (std::size_t i = 0; i < inputs; ++i)
    if (draft.in[i] == kNone) return cannot("an absent input");
  return {};
}

}  // namespace

// Inputs: indices, depth, on value, off value. A negative index selects nothing here; ONNX counts it from the end.
Status one_hot(const Draft& draft, Build& build) {
  DLAS_TRY(needs(draft, 4));
  const DType dtype = build.type(draft.in[0]).dtype;
  DLAS_ASSIGN(const ValueId zero, integer(draft, build, "zero", dtype, 0));
  DLAS_ASSIGN(const ValueId none, integer(draft, build, "none", dtype, std::numeric_limits<std::int32_t>::max()));
  DLAS_ASSIGN(const ValueId negative, build.before(draft, "Less", {}, {draft.in[0], zero}, kNone));
  DLAS_ASSIGN(const ValueId indices, build.before(draft, "Where", {}, {negative, none, draft.in[0]}, kNone));
  const ValueId one = build.list(draft, "one", {1});
  std::vector<ValueId> values;
  for (const std::size_t slot : {std::size_t{3}, std::size_t{2}}) {
    DLAS_ASSIGN(const ValueId value, build.before(draft, "Reshape", {}, {draft.in[slot], one}, draft.in[slot]));
    values.push_back(value);
  }
  DLAS_ASSIGN(const ValueId both, build.before(draft, "Concat", {{"axis", std::int64_t{0}}}, values, draft.in[3]));
  const std::int64_t axis = draft.options().scalar<std::int32_t>(0, 0);
  return build.finish(draft, "OneHot", {{"axis", axis}}, {indices, draft.in[1], both});
}

// Outputs: values, and indices as int32 where ONNX has int64.
Status top_k(const Draft& draft, Build& build) {
  DLAS_TRY(needs(draft, 2));
  if (draft.out.size() != 2) return cannot("other than two outputs");
  if (build.type(draft.out[1]).dtype == DType::i64) return build.finish(draft, "TopK", {}, draft.in);
  Value found;
  found.name = draft.name + "/indices";
  Draft sorted = draft, indices = draft;
  sorted.out = {draft.out[0], build.graph().add_value(std::move(found))};
  indices.out = {draft.out[1]};
  DLAS_TRY(build.finish(sorted, "TopK", {}, draft.in));
  return build.finish(indices, "Cast", {{"to", build.type(draft.out[1]).dtype}}, {sorted.out[1]});
}

Status cumsum(const Draft& draft, Build& build) {
  const std::int64_t exclusive = draft.options().scalar<std::uint8_t>(0, 0) != 0 ? 1 : 0;
  const std::int64_t reverse = draft.options().scalar<std::uint8_t>(1, 0) != 0 ? 1 : 0;
  return build.finish(draft, "CumSum", {{"exclusive", exclusive}, {"reverse", reverse}}, draft.in);
}

Status reverse_sequence(const Draft& draft, Build& build) {
  const std::int64_t time = draft.options().scalar<std::int32_t>(0, 0);
  const std::int64_t batch = draft.options().scalar<std::int32_t>(1, 0);
  return build.finish(draft, "ReverseSequence", {{"time_axis", time}, {"batch_axis", batch}}, draft.in);
}

// Indices as int32 where ONNX has int64.
Status gather_nd(const Draft& draft, Build& build) {
  DLAS_TRY(needs(draft, 2));
  if (build.type(draft.in[1]).dtype == DType::i64) return build.finish(draft, "GatherND", {}, draft.in);
  DLAS_ASSIGN(const ValueId indices, build.before(draft, "Cast", {{"to", DType::i64}}, {draft.in[1]}, kNone));
  return build.finish(draft, "GatherND", {}, {draft.in[0], indices});
}

// Inputs: ids, table.
Status embedding_lookup(const Draft& draft, Build& build) {
  DLAS_TRY(needs(draft, 2));
  return build.finish(draft, "Gather", {{"axis", std::int64_t{0}}}, {draft.in[1], draft.in[0]});
}

// Inputs: indices, updates, shape. Updates of one place are added up.
Status scatter_nd(const Draft& draft, Build& build) {
  DLAS_TRY(needs(draft, 3));
  const DType dtype = build.type(draft.in[1]).dtype;
  if (!is_float(dtype) && (!is_int(dtype) || is_packed(dtype))) return cannot("updates that are no numbers");
  DLAS_ASSIGN(const ValueId indices, build.before(draft, "Cast", {{"to", DType::i64}}, {draft.in[0]}, kNone));
  DLAS_ASSIGN(const ValueId zeros,
              build.before(draft, "ConstantOfShape", {{"value", Tensor::make(dtype, {1})}}, {draft.in[2]}, kNone));
  return build.finish(draft, "ScatterND", {{"reduction", std::string("add")}}, {zeros, indices, draft.in[1]});
}

// With one input: the index vectors of what is true, one a row.
Status where(const Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId columns, build.before(draft, "NonZero", {}, {draft.in[0]}, kNone));
  return build.finish(draft, "Transpose", {{"perm", std::vector<std::int64_t>{1, 0}}}, {columns});
}

// The first SELECT: a condition of one axis chooses whole slices.
Status select(const Draft& draft, Build& build) {
  DLAS_TRY(needs(draft, 3));
  const Type &condition = build.type(draft.in[0]), &x = build.type(draft.in[1]);
  if (!condition.ranked() || !x.ranked()) return cannot("ranks that are not known");
  if (condition.rank() != 1 || x.rank() <= 1) return build.finish(draft, "Where", {}, draft.in);
  std::vector<std::int64_t> axes;
  for (std::size_t axis = 1; axis < x.rank(); ++axis) axes.push_back(static_cast<std::int64_t>(axis));
  DLAS_ASSIGN(const ValueId wide,
              build.before(draft, "Unsqueeze", {}, {draft.in[0], build.list(draft, "axes", axes)}, draft.in[0]));
  return build.finish(draft, "Where", {}, {wide, draft.in[1], draft.in[2]});
}

Status shape(const Draft& draft, Build& build) {
  const DType dtype = build.type(draft.out[0]).dtype;
  if (dtype == DType::i64) return build.finish(draft, "Shape", {}, {draft.in[0]});
  DLAS_ASSIGN(const ValueId sizes, build.before(draft, "Shape", {}, {draft.in[0]}, kNone));
  return build.finish(draft, "Cast", {{"to", dtype}}, {sizes});
}

Status rank(const Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId sizes, build.before(draft, "Shape", {}, {draft.in[0]}, kNone));
  DLAS_ASSIGN(const ValueId count, build.before(draft, "Size", {}, {sizes}, kNone));
  return build.finish(draft, "Cast", {{"to", build.type(draft.out[0]).dtype}}, {count});
}

Status zeros_like(const Draft& draft, Build& build) {
  const DType dtype = build.type(draft.in[0]).dtype;
  if (dtype == DType::none || is_packed(dtype)) return cannot("elements that are not whole bytes");
  DLAS_ASSIGN(const ValueId sizes, build.before(draft, "Shape", {}, {draft.in[0]}, kNone));
  return build.finish(draft, "ConstantOfShape", {{"value", Tensor::make(dtype, {1})}}, {sizes});
}

Status right_shift(const Draft& draft, Build& build) {
  return build.finish(draft, "BitShift", {{"direction", std::string("RIGHT")}}, draft.in);
}

Status bitcast(const Draft& draft, Build& build) {
  return build.finish(draft, "BitCast", {{"to", build.type(draft.out[0]).dtype}}, {draft.in[0]});
}

}  // namespace dlas::tflite
