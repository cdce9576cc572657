// Reshape: the same elements in row-major order under another shape.                          ONNX Reshape, opset 5 to 21
//
// In `shape`, -1 stands for what is left, and 0 for the input's size at that place unless `allowzero` is set.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

enum Input { kData, kShape };

struct Attributes {
  bool allowzero = false;
  void fields(auto& f) { f("allowzero", allowzero); }
};

struct Asked {
  std::vector<Dim> dims;
  std::optional<std::size_t> open;  // place of -1
};

Result<Asked> read_shape(const Site& site, const Type& data, const std::vector<std::int64_t>& sizes) {
  Asked asked;
  const bool zero = site.attributes<Attributes>().allowzero;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const std::int64_t s = sizes[i];
    if (s < -1 || (s == -1 && asked.open))
      return site.wrong_input(kShape, "sizes of at least 0 and at most one -1", dlas::text(sizes));
    if (s == -1) asked.open = i;
    if (s == 0 && !zero && i >= data.rank())
      return site.wrong_input(kShape, "0 only where the input has an axis", dlas::text(sizes));
    asked.dims.push_back(s == -1 ? Dim(1) : s == 0 && !zero ? data.dim(i) : Dim(s));
  }
  return asked;
}

// What stands for -1: the quotient of the elements; sizes that appear on both sides cancel, also unknown ones.
Dim quotient(const Type& data, const Asked& asked) {
  std::vector<Dim> left = *data.dims, right = asked.dims;
  for (Dim& r : right) {
    if (r.known() || r.name().empty()) continue;
    const auto same = std::find(left.begin(), left.end(), r);
    if (same == left.end()) continue;
    *same = r = Dim(1);
  }
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i)  // a copied size without a name
    if (!left[i].known() && left[i].name().empty() && left[i] == right[i]) left[i] = right[i] = Dim(1);
  std::vector<Dim> open;  // unknown sizes that stay on the left
  for (Dim& l : left)
    if (!l.known()) open.push_back(std::exchange(l, Dim(1)));
  const Dim l = elements_of(left), r = elements_of(right);
  if (!l.known() || !r.known() || r.size() == 0 || l.size() % r.size() != 0) return {};
  open.push_back(l.size() / r.size());
  return elements_of(open);
}

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_TRY(check_list(site, in, kShape));
  const auto sizes = known_list(site, kShape);
  if (!sizes) {
    const auto rank = list_length(in[kShape]);
    return Types{rank && *rank <= limits().rank ? Type(in[kData].dtype, unknown_sizes(*rank))
                                                : Type::unranked(in[kData].dtype)};
  }
  DLAS_ASSIGN(Asked asked, read_shape(site, in[kData], *sizes));
  if (asked.open) asked.dims[*asked.open] = quotient(in[kData], asked);
  // One unknown size among known ones is what is left.
  const Dim have = elements_of(*in[kData].dims), want = elements_of(asked.dims);
  const bool lost = asked.open && in[kData].fixed() && !asked.dims[*asked.open].known();
  if (lost || !may_equal(have, want))
    return site.wrong_input(kShape, fmt::format("a shape of {} elements", text(have)), dlas::text(*sizes));
  return Types{Type(in[kData].dtype, asked.dims)};
}

Status run(const Call& call) {
  copy_bytes(call.in[kData], call.out[0]);
  return {};
}

}  // namespace

extern const Op reshape = {
    .name = "Reshape",
    .inputs = "data shape",
    .outputs = "reshaped",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .units = Units::moved,
};

}  // namespace dlas::op
