// Unsqueeze: axes of size 1 at the places `axes` of the output.                              ONNX Unsqueeze, opset 13 to 21
#include "base/limits.h"
#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

enum Input { kData, kAxes };

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_TRY(check_list(site, in, kAxes, true));
  const auto n = list_length(in[kAxes]);
  if (!n) return Types{Type::unranked(in[kData].dtype)};
  if (*n > limits().rank)
    return site.wrong_input(kAxes, "at most " + std::to_string(limits().rank) + " axes", in[kAxes]);
  std::vector<Dim> dims(in[kData].rank() + *n);
  const auto known = known_list(site, kAxes);
  if (!known) return Types{Type(in[kData].dtype, dims)};
  DLAS_ASSIGN(const auto axes, checked_axes(site, kAxes, *known, dims.size()));
  std::vector<char> fresh(dims.size(), 0);
  for (const std::size_t a : axes) fresh[a] = 1;
  std::size_t next = 0;
  for (std::size_t a = 0; a < dims.size(); ++a) dims[a] = fresh[a] ? Dim(1) : in[kData].dim(next++);
  return Types{Type(in[kData].dtype, dims)};
}

Status run(const Call& call) {
  copy_bytes(call.in[kData], call.out[0]);
  return {};
}

}  // namespace

extern const Op unsqueeze = {
    .name = "Unsqueeze",
    .inputs = "data axes",
    .outputs = "expanded",
    .infer = infer,
    .run = run,
    .units = Units::moved,
};

}  // namespace dlas::op
