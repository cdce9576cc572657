// Layers of several inputs.
#include <fmt/format.h>

#include <algorithm>

#include "model/format/keras/layer.h"

namespace dlas::keras {
namespace {

Outputs one(Result<ValueId> value) {
  if (!value.ok()) return std::move(value).error();
  return std::vector<ValueId>{*value};
}

// Keras adds axes behind the batch to inputs of lower rank, where NumPy's rule would add them in front of it.
Result<std::vector<ValueId>> aligned(const Draft& draft, Build& build) {
  std::vector<ValueId> out = draft.in;
  std::size_t most = 0;
  for (const ValueId v : out) most = std::max(most, build.rank(v).value_or(0));
  for (ValueId& v : out) {
    const auto rank = build.rank(v);
    if (!rank || *rank == most) continue;
    if (*rank == 0) return cannot("inputs with a batch", "a scalar");
    std::vector<std::int64_t> axes;
    for (std::size_t i = *rank; i < most; ++i) axes.push_back(static_cast<std::int64_t>(i - *rank) + 1);
    DLAS_ASSIGN(v, build.add(draft, "Unsqueeze", "Unsqueeze", {}, {v, build.list(draft, "axes", axes)}));
  }
  return out;
}

// Two by one operator, more from left to right or by an operator of any number.
Outputs merge(Draft& draft, Build& build, std::string_view pair, std::string_view many) {
  if (draft.in.size() < 2) return make_error(Code::format, "at least 2 inputs", fmt::format("{}", draft.in.size()));
  DLAS_ASSIGN(const auto in, aligned(draft, build));
  if (!many.empty() && (in.size() > 2 || pair.empty())) return one(build.add(draft, "", many, {}, in));
  ValueId sum = in[0];
  for (std::size_t i = 1; i < in.size(); ++i) {
    const bool last = i + 1 == in.size();
    DLAS_ASSIGN(sum, build.add(draft, last ? std::string() : fmt::format("{}_{}", pair, i), pair, {}, {sum, in[i]}));
  }
  return std::vector<ValueId>{sum};
}

Result<ValueId> unit_length(const Draft& draft, Build& build, ValueId x, std::int64_t axis, std::string_view part) {
  const std::string p(part);
  const ValueId axes = build.list(draft, p + "_axes", {axis});
  DLAS_ASSIGN(ValueId sum,
              build.add(draft, p + "_squares", "ReduceSumSquare", {{"keepdims", std::int64_t{1}}}, {x, axes}));
  DLAS_ASSIGN(sum, build.add(draft, p + "_bounded", "Max", {}, {sum, build.scalar(draft, p + "_least", 1e-12, x)}));
  DLAS_ASSIGN(sum, build.add(draft, p + "_length", "Sqrt", {}, {sum}));
  return build.add(draft, p + "_unit", "Div", {}, {x, sum});
}

}  // namespace

Outputs merge_add(Draft& draft, Build& build) { return merge(draft, build, "Add", "Sum"); }
Outputs merge_multiply(Draft& draft, Build& build) { return merge(draft, build, "Mul", ""); }
Outputs merge_average(Draft& draft, Build& build) { return merge(draft, build, "", "Mean"); }
Outputs merge_maximum(Draft& draft, Build& build) { return merge(draft, build, "", "Max"); }
Outputs merge_minimum(Draft& draft, Build& build) { return merge(draft, build, "", "Min"); }
Outputs merge_subtract(Draft& draft, Build& build) {
  if (draft.in.size() != 2) return make_error(Code::format, "2 inputs", fmt::format("{}", draft.in.size()));
  return merge(draft, build, "Sub", "");
}

Outputs concatenate(Draft& draft, Build& build) {
  const std::int64_t axis = draft.settings.integer("axis", -1);
  DLAS_TRY(draft.settings.status());
  if (draft.in.empty()) return make_error(Code::format, "at least 1 input", "none");
  return one(build.add(draft, "", "Concat", {{"axis", axis}}, draft.in));
}

// Sums of products along one axis of each input, batch by batch; for two and three axes a matrix product.
Outputs dot(Draft& draft, Build& build) {
  if (draft.in.size() != 2) return make_error(Code::format, "2 inputs", fmt::format("{}", draft.in.size()));
  Settings& s = draft.settings;
  auto axes = s.integers("axes", 2);
  const bool normalize = s.flag("normalize", false);
  DLAS_TRY(s.status());
  const auto a_rank = build.rank(draft.in[0]), b_rank = build.rank(draft.in[1]);
  if (!a_rank || a_rank != b_rank || *a_rank < 2 || *a_rank > 3) return cannot("inputs of 2 or 3 axes each", "others");
  const auto rank = static_cast<std::int64_t>(*a_rank);
  if (axes.size() != 2) return make_error(Code::format, "one or two axes", fmt::format("{}", axes.size()));
  for (std::int64_t& axis : axes) {
    if (axis < 0) axis += rank;
    if (axis < 1 || axis >= rank) return make_error(Code::format, "axes behind the batch", shown(s.json("axes")));
  }
  ValueId a = draft.in[0], b = draft.in[1];
  if (normalize) {
    DLAS_ASSIGN(a, unit_length(draft, build, a, axes[0], "left"));
    DLAS_ASSIGN(b, unit_length(draft, build, b, axes[1], "right"));
  }
  if (rank == 2) {
    DLAS_ASSIGN(const ValueId products, build.add(draft, "Mul", "Mul", {}, {a, b}));
    return one(
        build.add(draft, "", "ReduceSum", {{"keepdims", std::int64_t{1}}}, {products, build.list(draft, "axes", {1})}));
  }
  return one(build.add(draft, "", "MatMul", {{"adj_x", axes[0] == 1}, {"adj_y", axes[1] == 2}}, {a, b}));
}

// InceptionResNetV2's layer of its own: first + scale second.
Outputs custom_scale(Draft& draft, Build& build) {
  if (draft.in.size() != 2) return make_error(Code::format, "2 inputs", fmt::format("{}", draft.in.size()));
  const double scale = draft.settings.real("scale", 1);
  DLAS_TRY(draft.settings.status());
  DLAS_ASSIGN(const ValueId scaled,
              build.add(draft, "Mul", "Mul", {}, {draft.in[1], build.scalar(draft, "scale", scale, draft.in[1])}));
  return one(build.add(draft, "", "Add", {}, {draft.in[0], scaled}));
}

}  // namespace dlas::keras
