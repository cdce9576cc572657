// Cast: every element in the type `to`; convert_elements.h has the rules. `saturate` concerns 8-bit floats only, which  ONNX Cast, opset 25
// dlas has not; it is accepted and has no effect. Stored integers of a quantised input are converted as such.
#include "model/op/convert_elements.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

struct Attributes {
  std::optional<DType> to;
  std::int64_t saturate = 1;
  std::string round_mode = "up";
  void fields(auto& f) {
    f("to", to);
    f("saturate", saturate);
    f("round_mode", round_mode);
  }
};

Result<Types> infer(const Site& site, const Types& in) {
  const auto& to = site.attributes<Attributes>().to;
  if (!to || *to == DType::none) return site.wrong_attribute("to", "an element type", "none");
  return Types{in[0].with_dtype(*to)};
}

Status run(const Call& call) {
  convert_elements(call.in[0], call.out[0]);
  return {};
}

}  // namespace

const Op cast = {.name = "Cast",
                 .inputs = "input",
                 .outputs = "output",
                 .attributes = &schema_of<Attributes>(),
                 .infer = infer,
                 .run = run,
                 .elementwise = true};

}  // namespace dlas::op
