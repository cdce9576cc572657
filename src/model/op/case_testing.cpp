#include "model/op/case_testing.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/graph/infer.h"

namespace dlas::op::testing {
namespace {

// As the executor has it: optional outputs that the node lacks stay absent.
Result<std::vector<Tensor>> outputs_of(const Call& call, std::vector<Tensor>& out) {
  const Op& op = call.site.op;
  const auto all = slots(op.outputs);
  for (std::size_t i = 0; i < out.size() && !op.dynamic; ++i) {
    if (i >= call.site.outputs && i < all.size() && all[i].optional) continue;
    DLAS_ASSIGN(out[i], Tensor::zeros(call.out_types[i].dtype, call.out_types[i].shape()));
  }
  const Call filled{call.site, call.in_types, call.out_types, call.in, out, call.traits};
  DLAS_TRY(op.run(filled));
  out.resize(std::min(out.size(), call.site.outputs));
  return out;
}

}  // namespace

Result<std::vector<Tensor>> computed(const Op& op, const AttributeList& attributes, const std::vector<Tensor>& inputs,
                                     std::size_t outputs) {
  DLAS_ASSIGN(const AttributeSet set, op.attributes->make(attributes));
  Types in;
  for (const Tensor& t : inputs) in.push_back(t.absent() ? Type() : Type::of(t));
  DLAS_ASSIGN(const Types types, infer_node(op, "n", set, in, inputs, outputs));
  const Site site{op, "n", set, inputs, outputs};
  std::vector<Tensor> widened, out(types.size());
  for (const Tensor& t : inputs) widened.push_back(t.absent() ? t : t.widened());
  const Traits traits;
  return outputs_of({site, in, types, widened, out, traits}, out);
}

std::string refusal(const Op& op, const AttributeList& attributes, const std::vector<Tensor>& inputs,
                    std::size_t outputs) {
  const auto result = computed(op, attributes, inputs, outputs);
  return result.ok() ? "" : result.error().message();
}

std::string inferred(const Op& op, const AttributeList& attributes, const Types& types,
                     const std::vector<Tensor>& contents, std::size_t outputs) {
  const auto set = op.attributes->make(attributes);
  if (!set.ok()) return set.error().message();
  const auto out = infer_node(op, "n", *set, types, contents, outputs);
  return out.ok() ? text((*out)[0]) : out.error().message();
}

std::string shown(const Op& op, const AttributeList& attributes, const std::vector<Tensor>& inputs,
                  std::size_t outputs) {
  const auto result = computed(op, attributes, inputs, outputs);
  if (!result.ok()) return result.error().message();
  std::string out;
  for (const Tensor& t : *result) {
    if (!out.empty()) out += "; ";
    out += text(t);
    for (std::int64_t i = 0; i < t.count(); ++i) out += fmt::format(" {}", t.number(i));
  }
  return out;
}

Tensor f32(Shape shape, std::vector<float> values) {
  return Tensor::of<float>(std::move(shape), std::span<const float>(values));
}
Tensor i64(Shape shape, std::vector<std::int64_t> values) {
  return Tensor::of<std::int64_t>(std::move(shape), std::span<const std::int64_t>(values));
}
Tensor list(std::vector<std::int64_t> values) { return Tensor::of_i64(values); }

}  // namespace dlas::op::testing
