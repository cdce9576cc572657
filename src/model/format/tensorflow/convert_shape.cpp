// Shapes of tensors, and tensors by their shapes. Where only the batch is not known, the rest of a shape is followed through
// the operators that take it apart and put it together (Build::sizes).
#include <algorithm>

#include "model/format/tensorflow/convert.h"

namespace dlas::tensorflow {
namespace {

// One size is the batch and one is what is left: without the batch the rest can be counted, and the batch is what is left.
void count_rest(const Type& type, Numbers& sizes) {
  std::int64_t have = 1, named = 1;
  std::size_t batches = 0;
  if (!type.ranked()) return;
  for (const Dim& d : *type.dims) {
    if (!d.known() && d.name() != kBatchName) return;
    batches += d.known() ? 0 : 1;
    if (d.known() && __builtin_mul_overflow(have, d.size(), &have)) return;
  }
  for (const std::int64_t size : sizes)
    if (size >= 0 && __builtin_mul_overflow(named, size, &named)) return;
  if (batches != 1 || have <= 0 || named <= 0 || have % named != 0) return;
  std::ranges::replace(sizes, -1, have / named);
}

// The new shape as a list: a constant when at most one size is open, which may be any then.
Result<ValueId> new_shape(Call& call, const Numbers& sizes) {
  Numbers list = sizes;
  if (std::ranges::count_if(sizes, is_open) == 1 && std::ranges::count(sizes, kBatch) == 1)
    count_rest(call.build.type(call.in[0]), list);
  const auto open = std::ranges::count_if(list, is_open);
  const auto rest = std::ranges::count(list, -1);
  const bool empty = std::ranges::count(list, 0) > 0;
  if (open + rest > 1 || (empty && open > 0)) return call.wide(1);
  std::ranges::replace_if(list, is_open, -1);
  return call.build.list(list);
}

// A list of sizes for Expand and ConstantOfShape; what is known of it is told of the answer.
Outputs of_shape(Call& call, std::string_view op, std::vector<ValueId> in, std::size_t slot) {
  const auto sizes = call.build.sizes(call.in[slot]);
  DLAS_ASSIGN(auto out, call.build.finish(op, {}, std::move(in)));
  if (sizes) call.build.declare(out[0], *sizes);
  return out;
}

Result<ValueId> cast_to(Call& call, ValueId value, std::string_view attribute) {
  const DType type = call.node.find(attribute) ? call.dtype(attribute) : DType::i32;
  if (!is_int(type)) return cannot("sizes that are no integers");
  return call.build.cast(value, type);
}

Numbers sizes_of(const Type& type) {
  Numbers out;
  for (const Dim& d : *type.dims) out.push_back(d.known() ? d.size() : d.name() == kBatchName ? kBatch : kOpen);
  return out;
}

}  // namespace

Outputs reshape(Call& call) {
  const auto sizes = call.build.sizes(call.in[1]);
  ValueId shape = kNone;
  if (sizes) {
    DLAS_ASSIGN(shape, new_shape(call, *sizes));
  } else {
    DLAS_ASSIGN(shape, call.wide(1));
  }
  DLAS_ASSIGN(auto out, call.build.finish("Reshape", {{"allowzero", true}}, {call.in[0], shape}));
  if (sizes) call.build.declare(out[0], *sizes);
  if (auto content = call.build.sizes(call.in[0]); content && call.build.rank(out[0]).value_or(2) < 2)
    call.build.tell(out[0], *std::move(content));
  return out;
}

Outputs squeeze(Call& call) {
  DLAS_ASSIGN(Numbers axes, call.numbers("squeeze_dims"));
  std::vector<ValueId> in{call.in[0]};
  if (!axes.empty()) in.push_back(call.build.list(axes));
  DLAS_ASSIGN(auto out, call.build.finish("Squeeze", {}, std::move(in)));
  if (auto content = call.build.sizes(call.in[0])) call.build.tell(out[0], *std::move(content));
  return out;
}

Outputs expand_dims(Call& call) {
  DLAS_ASSIGN(const std::int64_t axis, call.known_one(1, "axes"));
  DLAS_ASSIGN(auto out, call.build.finish("Unsqueeze", {}, {call.in[0], call.build.list({axis})}));
  if (auto content = call.build.sizes(call.in[0]); content && content->size() == 1)
    call.build.tell(out[0], *std::move(content));
  return out;
}

Outputs transpose(Call& call) {
  DLAS_ASSIGN(Numbers perm, call.known(1, "axes"));
  const auto rank = static_cast<std::int64_t>(perm.size());
  for (std::int64_t& axis : perm) axis = axis < 0 ? axis + rank : axis;
  return call.build.finish("Transpose", {{"perm", std::move(perm)}}, {call.in[0]});
}

Outputs tile(Call& call) {
  DLAS_ASSIGN(const ValueId repeats, call.wide(1));
  const auto known = call.build.sizes(call.in[1]);
  DLAS_ASSIGN(auto out, call.build.finish("Tile", {}, {call.in[0], repeats}));
  if (!known || call.build.rank(call.in[0]) != known->size()) return out;
  Numbers sizes = sizes_of(call.build.type(call.in[0]));
  for (std::size_t i = 0; i < sizes.size(); ++i)
    if (is_open(sizes[i]) || is_open((*known)[i]) || __builtin_mul_overflow(sizes[i], (*known)[i], &sizes[i]))
      sizes[i] = kOpen;
  call.build.declare(out[0], sizes);
  return out;
}

// Inputs: shape, one number.
Outputs fill(Call& call) {
  DLAS_ASSIGN(const ValueId shape, call.wide(0));
  return of_shape(call, "Expand", {call.in[1], shape}, 0);
}

Outputs broadcast_to(Call& call) {
  DLAS_ASSIGN(const ValueId shape, call.wide(1));
  return of_shape(call, "Expand", {call.in[0], shape}, 1);
}

Outputs filled_like(Call& call) {
  const DType dtype = call.build.type(call.in[0]).dtype;
  DLAS_ASSIGN(const ValueId number, call.build.scalar(dtype, call.node.op == "OnesLike" ? 1 : 0));
  DLAS_ASSIGN(const ValueId sizes, call.build.step("Shape", {}, {call.in[0]}));
  return call.build.finish("Expand", {}, {number, sizes});
}

Outputs shape(Call& call) {
  DLAS_ASSIGN(const ValueId sizes, call.build.step("Shape", {}, {call.in[0]}));
  if (call.build.type(call.in[0]).ranked()) call.build.tell(sizes, sizes_of(call.build.type(call.in[0])));
  return one(cast_to(call, sizes, "out_type"));
}

Outputs size(Call& call) {
  DLAS_ASSIGN(const ValueId count, call.build.step("Size", {}, {call.in[0]}));
  return one(cast_to(call, count, "out_type"));
}

Outputs rank(Call& call) {
  if (const auto known = call.build.rank(call.in[0]))
    return std::vector<ValueId>{call.build.constant(Tensor::scalar(static_cast<std::int32_t>(*known)), "rank")};
  DLAS_ASSIGN(const ValueId sizes, call.build.step("Shape", {}, {call.in[0]}));
  DLAS_ASSIGN(const ValueId count, call.build.step("Size", {}, {sizes}));
  return call.build.finish("Cast", {{"to", DType::i32}}, {count});
}

Outputs range(Call& call) { return call.build.finish("Range", {}, {call.in[0], call.in[1], call.in[2]}); }

}  // namespace dlas::tensorflow
