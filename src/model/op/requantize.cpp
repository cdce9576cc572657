// Requantize: stored integers of one scale and zero point as integers of another.        TFLite QUANTIZE, version 2 and 3
//
// The scale of the output is that of its value; ONNX has no such operator.
#include "model/op/list_nn.h"
#include "model/op/quantized/run.h"

namespace dlas::op {
namespace {

struct Attributes {
  DType to = DType::i8;
  void fields(auto& f) { f("to", to); }
};

Result<Types> infer(const Site& site, const Types& in) {
  const DType to = site.attributes<Attributes>().to;
  if (!in[0].quantized()) return site.wrong_input(0, "a quantised tensor", in[0]);
  if (!is_int(to)) return site.wrong_attribute("to", "an integer type", text(to));
  return Types{in[0].with_dtype(to)};
}

Status run(const Call& call) { return call.site.unsupported("tensors without a scale"); }

}  // namespace

const Op requantize = {
    .name = "Requantize",
    .inputs = "input",
    .outputs = "output",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .run_quantized = quantized::run_requantize,
    .elementwise = true,
};

}  // namespace dlas::op
