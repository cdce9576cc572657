// Dropout in inference: the input itself, and a mask that is true everywhere.          ONNX Dropout, opset 22
// Training (training_mode true with a ratio above 0) draws random numbers and is not computed.
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

struct Attributes {
  std::optional<std::int64_t> seed;
  void fields(auto& f) { f("seed", seed); }
};

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_TRY(check_member(site, in, 0, kFloats));
  for (const std::size_t slot : {1U, 2U})
    if (in.has(slot) && in[slot].fixed() && !in[slot].is_scalar_like())
      return site.wrong_input(slot, "one number", in[slot]);
  return Types{in[0], in[0].with_dtype(DType::boolean)};
}

Status run(const Call& call) {
  const bool training = call.has(2) && call.in[2].number(0) != 0;
  if (training && (!call.has(1) || call.in[1].number(0) != 0)) return call.site.unsupported("training_mode true");
  call.out[0] = call.in[0];
  if (call.out.size() > 1 && !call.out[1].absent())
    for (bool& b : call.out[1].mutable_as<bool>()) b = true;
  return {};
}

}  // namespace

const Op dropout = {
    .name = "Dropout",
    .inputs = "data ratio? training_mode?",
    .outputs = "output mask?",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .elementwise = true,
    .units = Units::moved,
};

}  // namespace dlas::op
