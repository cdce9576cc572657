// Split: parts along `axis`, of the sizes `split` or in equal parts, the last one smaller.          ONNX Split, opset 18
//
// Without `split` there are `num_outputs` parts of the rounded-up quotient; without both as many as the node has outputs.
#include <fmt/format.h>

#include <algorithm>

#include "base/checked.h"
#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

enum Input { kInput, kSplit };

struct Attributes {
  std::int64_t axis = 0;
  std::optional<std::int64_t> num_outputs;
  void fields(auto& f) {
    f("axis", axis);
    f("num_outputs", num_outputs);
  }
};

Result<std::vector<Dim>> parts(const Site& site, const Types& in, const Dim& size) {
  std::vector<Dim> out(site.outputs);
  if (in.has(kSplit)) {
    DLAS_TRY(check_list(site, in, kSplit));
    const auto sizes = known_list(site, kSplit);
    if (!sizes) return out;
    std::int64_t sum = 0;
    bool right = sizes->size() == out.size();
    for (std::size_t i = 0; right && i < out.size(); ++i) {
      const auto next = checked_add(sum, (*sizes)[i]);
      right = next && (*sizes)[i] >= 0;
      if (right) out[i] = (*sizes)[i], sum = *next;
    }
    if (!right || (size.known() && sum != size.size()))
      return site.wrong_input(kSplit, fmt::format("{} sizes whose sum is {}", out.size(), dlas::text(size)),
                              dlas::text(*sizes));
    return out;
  }
  const auto asked = site.attributes<Attributes>().num_outputs;
  if (asked && *asked != static_cast<std::int64_t>(out.size()))
    return site.wrong_attribute("num_outputs", fmt::format("{}, as the node has", out.size()),
                                fmt::format("{}", *asked));
  if (!size.known() || out.empty()) return out;
  const auto n = static_cast<std::int64_t>(out.size());
  const std::int64_t each = size.size() / n + (size.size() % n != 0);
  for (std::int64_t i = 0; i < n; ++i)
    out[static_cast<std::size_t>(i)] = std::clamp<std::int64_t>(size.size() - i * each, 0, each);
  return out;
}

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_ASSIGN(const std::size_t axis,
              checked_axis(site, "axis", site.attributes<Attributes>().axis, in[kInput].rank()));
  DLAS_ASSIGN(const auto sizes, parts(site, in, in[kInput].dim(axis)));
  Types out;
  for (const Dim& size : sizes) {
    Type part(in[kInput].dtype, *in[kInput].dims);
    (*part.dims)[axis] = size;
    out.push_back(part);
  }
  return out;
}

Status run(const Call& call) {
  const Tensor& in = call.in[kInput];
  const std::size_t axis = *normalized_axis(call.attributes<Attributes>().axis, in.rank());
  const Strides strides = row_major(in.shape());
  std::int64_t offset = 0;
  for (Tensor& out : call.out) {
    strided_copy(in, {offset, strides}, out, {0, row_major(out.shape())}, out.shape());
    offset += out.dim(axis) * strides[axis];
  }
  return {};
}

}  // namespace

extern const Op split = {
    .name = "Split",
    .inputs = "input split?",
    .outputs = "outputs...",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .units = Units::moved,
};

}  // namespace dlas::op
