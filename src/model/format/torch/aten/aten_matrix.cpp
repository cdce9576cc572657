// Products of matrices, and attention. A weight that the program transposes first keeps its order in the file: Gemm reads it
// transposed.
#include <fmt/format.h>

#include "model/format/torch/aten/aten.h"

namespace dlas::torch {
namespace {

// What `w` is the transpose of, when it is one; else `w` itself.
struct Factor {
  ValueId value = kNone;
  bool transposed = false;
};

Result<Factor> factor(Call& call, std::size_t slot) {
  DLAS_ASSIGN(const TensorRef cell, call.cell(slot));
  DLAS_ASSIGN(const ValueId value, current(cell, call.build));
  if (cell->base && cell->view.kind == View::Kind::permute && cell->view.list == std::vector<std::int64_t>{1, 0})
    return Factor{cell->base->value, true};
  return Factor{value, false};
}

Result<Datum> gemm(Call& call, ValueId a, const Factor& b, ValueId c, double alpha, double beta) {
  return call.build.finish("Gemm", {{"transB", b.transposed}, {"alpha", alpha}, {"beta", beta}}, {a, b.value, c});
}

// [N, L, E] -> [N, heads, L, E / heads]
Result<ValueId> split_heads(Build& b, ValueId x, std::int64_t heads) {
  DLAS_ASSIGN(const ValueId parts, b.step("Reshape", {}, {x, b.list({0, 0, heads, -1})}));
  return b.step("Transpose", {{"perm", std::vector<std::int64_t>{0, 2, 1, 3}}}, {parts});
}

struct Masked {
  ValueId mask = kNone;
  bool causal = false;
  AttributeList attributes;
};

Result<Masked> masked(Call& call, std::size_t mask, std::size_t causal, std::size_t scale) {
  Masked out;
  DLAS_ASSIGN(out.mask, call.tensor_or_none(mask));
  DLAS_ASSIGN(out.causal, call.flag(causal, false));
  out.attributes.push_back({"is_causal", std::int64_t{out.causal}});
  if (call.given(scale)) {
    DLAS_ASSIGN(const double factor, call.real(scale));
    out.attributes.push_back({"scale", factor});
  }
  return out;
}

Result<std::vector<ValueId>> heads_of(Call& call) {
  std::vector<ValueId> out;
  for (std::size_t slot = 0; slot < 3; ++slot) {
    DLAS_ASSIGN(const ValueId x, call.tensor(slot));
    DLAS_ASSIGN(const std::size_t rank, call.rank_of(x));
    if (rank != 4) return cannot(fmt::format("attention over {} axes", rank));
    out.push_back(x);
  }
  return out;
}

}  // namespace

// input weight bias
Result<Datum> linear(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const ValueId w, call.tensor(1));
  DLAS_ASSIGN(const ValueId b, call.tensor_or_none(2));
  const Type& type = call.build.type(x);
  if (type.ranked() && type.rank() == 2) return gemm(call, x, {w, true}, b, 1, 1);
  return call.build.finish("FullyConnected", {{"keep_num_dims", true}}, {x, w, b});
}

// self mat1 mat2 beta alpha
Result<Datum> addmm(Call& call) {
  DLAS_ASSIGN(const ValueId c, call.tensor(0));
  DLAS_ASSIGN(const ValueId a, call.tensor(1));
  DLAS_ASSIGN(const Factor b, factor(call, 2));
  DLAS_ASSIGN(const double beta, call.real(3, 1));
  DLAS_ASSIGN(const double alpha, call.real(4, 1));
  return gemm(call, a, b, c, alpha, beta);
}

// self other: mm, bmm, matmul
Result<Datum> matmul(Call& call) {
  DLAS_ASSIGN(const ValueId a, call.tensor(0));
  DLAS_ASSIGN(const Factor b, factor(call, 1));
  const Type &left = call.build.type(a), &right = call.build.type(b.value);
  if (b.transposed && left.ranked() && left.rank() == 2 && is_float(right.dtype)) return gemm(call, a, b, kNone, 1, 1);
  DLAS_ASSIGN(const ValueId other, call.tensor(1));
  return call.build.finish("MatMul", {}, {a, other});
}

// self batch1 batch2 beta alpha
Result<Datum> baddbmm(Call& call) {
  Build& b = call.build;
  DLAS_ASSIGN(ValueId c, call.tensor(0));
  DLAS_ASSIGN(const ValueId x, call.tensor(1));
  DLAS_ASSIGN(const ValueId y, call.tensor(2));
  DLAS_ASSIGN(const double beta, call.real(3, 1));
  DLAS_ASSIGN(const double alpha, call.real(4, 1));
  DLAS_ASSIGN(ValueId product, b.step("MatMul", {}, {x, y}));
  if (alpha != 1) {
    DLAS_ASSIGN(const ValueId factor, b.scalar(b.type(product).dtype, alpha));
    DLAS_ASSIGN(product, b.step("Mul", {}, {product, factor}));
  }
  if (beta == 0) return b.finish("Identity", {}, {product});
  if (beta != 1) {
    DLAS_ASSIGN(const ValueId factor, b.scalar(b.type(c).dtype, beta));
    DLAS_ASSIGN(c, b.step("Mul", {}, {c, factor}));
  }
  return b.finish("Add", {}, {c, product});
}

// equation tensors path
Result<Datum> einsum(Call& call) {
  DLAS_ASSIGN(const std::string equation, call.text(0, ""));
  DLAS_ASSIGN(std::vector<ValueId> in, call.tensors(1));
  return call.build.finish("Einsum", {{"equation", equation}}, std::move(in));
}

// query key value attn_mask dropout_p is_causal scale enable_gqa
Result<Datum> attention(Call& call) {
  DLAS_ASSIGN(const std::vector<ValueId> heads, heads_of(call));
  DLAS_ASSIGN(const double dropped, call.real(4, 0));
  if (dropped != 0) return cannot("dropout while it runs");
  DLAS_ASSIGN(const Masked m, masked(call, 3, 5, 6));
  return call.build.finish("Attention", m.attributes, {heads[0], heads[1], heads[2], m.mask});
}

// query key value dropout_p is_causal attn_mask scale -> output, logsumexp
Result<Datum> attention_for_cpu(Call& call) {
  DLAS_ASSIGN(const std::vector<ValueId> heads, heads_of(call));
  DLAS_ASSIGN(const double dropped, call.real(3, 0));
  if (dropped != 0) return cannot("dropout while it runs");
  DLAS_ASSIGN(const Masked m, masked(call, 5, 4, 6));
  DLAS_ASSIGN(const Datum out, call.build.finish("Attention", m.attributes, {heads[0], heads[1], heads[2], m.mask}));
  return tuple_of({out, Datum()});
}

// query key value embed_dim num_head qkv_weight qkv_bias proj_weight proj_bias mask need_weights average_attn_weights mask_type
Result<Datum> multi_head_attention(Call& call) {
  Build& b = call.build;
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const ValueId key, call.tensor(1));
  DLAS_ASSIGN(const ValueId value, call.tensor(2));
  if (key != x || value != x) return cannot("attention between different tensors in one step");
  if (call.given(9)) return cannot("a mask of attention in one step");
  DLAS_ASSIGN(const bool weights, call.flag(10, true));
  if (weights) return cannot("the weights of attention in one step");
  DLAS_ASSIGN(const std::int64_t width, call.integer(3));
  DLAS_ASSIGN(const std::int64_t heads, call.integer(4));
  DLAS_ASSIGN(const ValueId w, call.tensor(5));
  DLAS_ASSIGN(const ValueId bias, call.tensor_or_none(6));
  DLAS_ASSIGN(const ValueId out_w, call.tensor(7));
  DLAS_ASSIGN(const ValueId out_b, call.tensor_or_none(8));
  const AttributeList keep{{"keep_num_dims", true}};
  DLAS_ASSIGN(const ValueId all, b.step("FullyConnected", keep, {x, w, bias}));
  std::vector<ValueId> parts;
  for (std::int64_t i = 0; i < 3; ++i) {
    DLAS_ASSIGN(const ValueId part,
                b.step("Slice", {}, {all, b.list({i * width}), b.list({(i + 1) * width}), b.list({2})}));
    DLAS_ASSIGN(const ValueId split, split_heads(b, part, heads));
    parts.push_back(split);
  }
  DLAS_ASSIGN(const ValueId y, b.step("Attention", {}, parts));
  DLAS_ASSIGN(const ValueId rows, b.step("Transpose", {{"perm", std::vector<std::int64_t>{0, 2, 1, 3}}}, {y}));
  DLAS_ASSIGN(const ValueId joined, b.step("Reshape", {}, {rows, b.list({0, 0, width})}));
  DLAS_ASSIGN(const Datum out, b.finish("FullyConnected", keep, {joined, out_w, out_b}));
  return tuple_of({out, Datum()});
}

}  // namespace dlas::torch
