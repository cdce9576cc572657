// What the difference looks like, for regions that no change of the node mends.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "study/localize/rule/list.h"
#include "study/localize/rule/residual_shape.h"

namespace dlas::study::localize {
namespace {

Proposal says(Category category, std::string rule, std::string diagnosis) {
  Proposal out;
  out.category = category;
  out.rule = std::move(rule);
  out.diagnosis = std::move(diagnosis);
  return out;
}

std::string shape_text(const Case& c) {
  const Error& error = *c.local().refused;
  return error.code == Code::mismatch ? fmt::format("it makes {} where the source has {}", error.found, error.expected)
                                      : "it cannot run on what the source computes before it: " + error.message();
}

}  // namespace

std::vector<Proposal> residual(const Case& c) {
  if (c.local().refused) return {says(Category::tensor_structure, "sizes", shape_text(c))};
  if (c.made.absent()) return {};
  const ResidualShape r = residual_shape(c.wanted, c.made);
  std::vector<Proposal> out;
  if (r.not_finite > 0)
    out.push_back(says(Category::weights, "not finite",
                       fmt::format("it gives {} values that are NaN or infinite", r.not_finite)));
  if (r.transposed)
    out.push_back(says(Category::tensor_structure, "transposed",
                       fmt::format("it is the source's with height and width exchanged: error {} then",
                                   significant(r.transposed_error))));
  if (r.channels_permuted)
    out.push_back(says(Category::tensor_structure, "channel order", "its channels are the source's in another order"));
  if (r.border > 0.9)
    out.push_back(says(Category::hyperparameters, "border",
                       fmt::format("{} % of the squared difference stands in the outer rows and columns: padding",
                                   std::lround(100 * r.border))));
  if (r.affine_error < 0.1 * r.error)
    out.push_back(says(
        Category::weights, "affine",
        fmt::format("channel by channel it is the source's times {} to {} plus {} to {}: scale, bias or statistics",
                    significant(r.least_slope), significant(r.most_slope), significant(r.least_offset),
                    significant(r.most_offset))));
  if (r.above)
    out.push_back(says(Category::hyperparameters, "clip",
                       fmt::format("it differs only where the source is at least {}", significant(*r.above))));
  if (r.below)
    out.push_back(says(Category::hyperparameters, "clip",
                       fmt::format("it differs only where the source is at most {}", significant(*r.below))));
  if (out.empty()) out.push_back(says(Category::graph, "", "it computes something else than the source"));
  return out;
}

}  // namespace dlas::study::localize
