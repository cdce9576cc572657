// BitCast: the bits of each element read as another type of the same width.                         ONNX BitCast, opset 26
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

struct Attributes {
  DType to = DType::none;
  void fields(auto& f) { f("to", to); }
};

Result<Types> infer(const Site& site, const Types& in) {
  const DType to = site.attributes<Attributes>().to;
  if (to == DType::none) return site.wrong_attribute("to", "a type", "none");
  DLAS_TRY(check_member(site, in, 0, kAnything));
  if (bits(to) != bits(in[0].dtype) || is_packed(to) || in[0].quantized())
    return site.wrong_attribute("to", std::to_string(bits(in[0].dtype)) + " bits as the input has", text(to));
  return Types{Type(to, *in[0].dims)};
}

Status run(const Call& call) {
  copy_bytes(call.in[0], call.out[0]);
  if (call.out[0].dtype() != DType::boolean) return {};
  // A bool has one bit: any byte but 0 is true.
  for (std::byte& b : call.out[0].mutable_bytes()) b = b == std::byte{0} ? std::byte{0} : std::byte{1};
  return {};
}

}  // namespace

const Op bit_cast = {
    .name = "BitCast",
    .inputs = "input",
    .outputs = "output",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .elementwise = true,
};

}  // namespace dlas::op
