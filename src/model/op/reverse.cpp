// Reverse: the elements along each of `axes` in opposite order. An extension; TensorFlow Lite's REVERSE_V2.
#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

enum Input { kInput, kAxes };

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_TRY(check_list(site, in, kAxes));
  if (const auto axes = known_list(site, kAxes)) {
    const auto checked = checked_axes(site, kAxes, *axes, in[kInput].rank());
    if (!checked.ok()) return checked.error();
  }
  return Types{Type(in[kInput].dtype, *in[kInput].dims)};
}

Status run(const Call& call) {
  const Tensor& in = call.in[kInput];
  DLAS_ASSIGN(const auto axes, checked_axes(call.site, kAxes, call.in[kAxes].integers(), in.rank()));
  Place source{0, row_major(in.shape())};
  for (const std::size_t a : axes) {
    source.offset += (in.dim(a) - 1) * source.strides[a];
    source.strides[a] = -source.strides[a];
  }
  strided_copy(in, source, call.out[0], {0, row_major(in.shape())}, in.shape());
  return {};
}

}  // namespace

extern const Op reverse = {
    .name = "Reverse",
    .inputs = "input axes",
    .outputs = "output",
    .infer = infer,
    .run = run,
    .units = Units::moved,
};

}  // namespace dlas::op
