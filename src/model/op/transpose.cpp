// Transpose: output axis i is input axis perm[i]; without perm the axes are reversed.         ONNX Transpose, opset 1 to 21
#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

struct Attributes {
  std::optional<std::vector<std::int64_t>> perm;
  void fields(auto& f) { f("perm", perm); }
};

Result<std::vector<std::size_t>> order(const Site& site, std::size_t rank) {
  const auto& perm = site.attributes<Attributes>().perm;
  std::vector<std::size_t> out;
  std::vector<char> seen(rank, 0);
  for (std::size_t i = 0; i < rank; ++i) {
    const std::int64_t p = !perm ? static_cast<std::int64_t>(rank - 1 - i) : i < perm->size() ? (*perm)[i] : -1;
    if (p < 0 || p >= static_cast<std::int64_t>(rank) || seen[static_cast<std::size_t>(p)] ||
        (perm && perm->size() != rank))
      return site.wrong_attribute("perm", "each axis of " + std::to_string(rank) + " once", dlas::text(*perm));
    seen[static_cast<std::size_t>(p)] = 1;
    out.push_back(static_cast<std::size_t>(p));
  }
  if (perm && perm->size() != rank)
    return site.wrong_attribute("perm", "each axis of " + std::to_string(rank) + " once", dlas::text(*perm));
  return out;
}

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_ASSIGN(const auto perm, order(site, in[0].rank()));
  std::vector<Dim> dims;
  for (const std::size_t p : perm) dims.push_back(in[0].dim(p));
  return Types{Type(in[0].dtype, dims)};
}

Status run(const Call& call) {
  DLAS_ASSIGN(const auto perm, order(call.site, call.in[0].rank()));
  const Strides from = row_major(call.in[0].shape());
  Strides strides;
  for (const std::size_t p : perm) strides.push_back(from[p]);
  const Shape& shape = call.out[0].shape();
  strided_copy(call.in[0], {0, strides}, call.out[0], {0, row_major(shape)}, shape);
  return {};
}

}  // namespace

extern const Op transpose = {
    .name = "Transpose",
    .inputs = "data",
    .outputs = "transposed",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .units = Units::moved,
};

}  // namespace dlas::op
