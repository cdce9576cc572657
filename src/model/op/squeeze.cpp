// Squeeze: drops axes of size 1, those in `axes` or all of them.                               ONNX Squeeze, opset 13 to 21
#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

enum Input { kData, kAxes };

Result<Types> infer(const Site& site, const Types& in) {
  const Type& data = in[kData];
  std::vector<char> dropped(data.rank(), 0);
  if (in.has(kAxes)) {
    DLAS_TRY(check_list(site, in, kAxes, true));
    const auto known = known_list(site, kAxes);
    if (!known) {
      const auto n = list_length(in[kAxes]);
      return Types{n && *n <= data.rank() ? Type(data.dtype, unknown_sizes(data.rank() - *n))
                                          : Type::unranked(data.dtype)};
    }
    DLAS_ASSIGN(const auto axes, checked_axes(site, kAxes, *known, data.rank()));
    for (const std::size_t a : axes) dropped[a] = 1;
  } else {
    for (std::size_t a = 0; a < data.rank(); ++a) {
      if (!data.dim(a).known()) return Types{Type::unranked(data.dtype)};
      dropped[a] = data.dim(a).size() == 1;
    }
  }
  std::vector<Dim> dims;
  for (std::size_t a = 0; a < data.rank(); ++a) {
    if (dropped[a] && !may_equal(data.dim(a), 1))
      return site.wrong_input(kData, "size 1 at axis " + std::to_string(a), data);
    if (!dropped[a]) dims.push_back(data.dim(a));
  }
  return Types{Type(data.dtype, dims)};
}

Status run(const Call& call) {
  copy_bytes(call.in[kData], call.out[0]);
  return {};
}

}  // namespace

extern const Op squeeze = {
    .name = "Squeeze",
    .inputs = "data axes?",
    .outputs = "squeezed",
    .infer = infer,
    .run = run,
    .units = Units::moved,
};

}  // namespace dlas::op
