// CastLike: every element of input in the type of target_type; convert_elements.h has the rules.  ONNX CastLike, opset 25
#include "model/op/convert_elements.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

struct Attributes {
  std::int64_t saturate = 1;
  std::string round_mode = "up";
  void fields(auto& f) {
    f("saturate", saturate);
    f("round_mode", round_mode);
  }
};

Result<Types> infer(const Site&, const Types& in) { return Types{in[0].with_dtype(in[1].dtype)}; }

Status run(const Call& call) {
  convert_elements(call.in[0], call.out[0]);
  return {};
}

}  // namespace

const Op cast_like = {.name = "CastLike",
                      .inputs = "input target_type",
                      .outputs = "output",
                      .attributes = &schema_of<Attributes>(),
                      .infer = infer,
                      .run = run};

}  // namespace dlas::op
