// Reductions, places of extremes, running sums.
#include <algorithm>

#include "model/format/tensorflow/convert.h"

namespace dlas::tensorflow {
namespace {

struct Reduced {
  std::string_view code, op;
};

constexpr Reduced kReduced[] = {{"All", "ReduceMin"},   {"Any", "ReduceMax"},   {"EuclideanNorm", "ReduceL2"},
                                {"Max", "ReduceMax"},   {"Mean", "ReduceMean"}, {"Min", "ReduceMin"},
                                {"Prod", "ReduceProd"}, {"Sum", "ReduceSum"}};

// The product of a list of sizes.
void tell_product(Call& call, ValueId out) {
  const auto sizes = call.build.sizes(call.in[0]);
  if (!sizes || call.node.op != "Prod" || call.build.rank(out) != 0U) return;
  std::int64_t product = 1;
  for (const std::int64_t size : *sizes)
    if (is_open(size) || __builtin_mul_overflow(product, size, &product)) return;
  call.build.tell(out, {product});
}

}  // namespace

// No axes at all: nothing is reduced.
Outputs reduction(Call& call) {
  const auto row = std::ranges::find(kReduced, call.node.op, &Reduced::code);
  DLAS_ASSIGN(const Numbers axes, call.known(1, "axes"));
  const std::int64_t keep = call.flag("keep_dims", false) ? 1 : 0;
  DLAS_ASSIGN(auto out,
              call.build.finish(row->op, {{"keepdims", keep}, {"noop_with_empty_axes", std::int64_t{axes.empty()}}},
                                {call.in[0], call.build.list(axes)}));
  tell_product(call, out[0]);
  return out;
}

Outputs arg_extreme(Call& call) {
  DLAS_ASSIGN(const std::int64_t axis, call.known_one(1, "axes"));
  const AttributeList attributes = {{"axis", axis}, {"keepdims", std::int64_t{0}}};
  const DType type = call.node.find("output_type") ? call.dtype("output_type") : DType::i64;
  if (type == DType::i64) return call.build.finish(call.node.op, attributes, {call.in[0]});
  if (!is_int(type)) return cannot("places that are no integers");
  DLAS_ASSIGN(const ValueId found, call.build.step(call.node.op, attributes, {call.in[0]}));
  return call.build.finish("Cast", {{"to", type}}, {found});
}

// Indices are int32 where ONNX has int64.
Outputs top_k(Call& call) {
  ValueId k = call.in.size() > 1 ? call.in[1] : kNone;
  if (k == kNone) k = call.build.list({call.integer("k", 0)});
  else if (const auto known = call.build.numbers(k); known && known->size() == 1) k = call.build.list(*known);
  else return cannot("a number of elements that is computed");
  const DType type = call.node.find("index_type") ? call.dtype("index_type") : DType::i32;
  if (!is_int(type)) return cannot("places that are no integers");
  DLAS_ASSIGN(std::vector<ValueId> out, call.build.finish("TopK", {{"axis", std::int64_t{-1}}}, {call.in[0], k}, 2));
  if (type == DType::i64) return out;
  DLAS_ASSIGN(out[1], call.build.finish_one("Cast", {{"to", type}}, {out[1]}, 1));
  return out;
}

Outputs cumulation(Call& call) {
  const std::int64_t exclusive = call.flag("exclusive", false) ? 1 : 0, reverse = call.flag("reverse", false) ? 1 : 0;
  return call.build.finish(call.node.op == "Cumsum" ? "CumSum" : "CumProd",
                           {{"exclusive", exclusive}, {"reverse", reverse}}, {call.in[0], call.in[1]});
}

}  // namespace dlas::tensorflow
