// InstanceNormalization: each channel of each picture by its own mean and variance.   ONNX, opset 1 to 22
#include "model/op/list_nn.h"
#include "model/op/statistics.h"

namespace dlas::op {
namespace {

struct Attributes {
  double epsilon = 1e-5;
  void fields(auto& f) { f("epsilon", epsilon); }
};

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_TRY(check_channel_normalization(site, in));
  return Types{Type(in[0].dtype, *in[0].dims)};
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  return normalize_channels(call, 1, a.epsilon);
}

}  // namespace

const Op instance_normalization = {
    .name = "InstanceNormalization",
    .inputs = "input scale B",
    .outputs = "output",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .units = Units::real,
};

}  // namespace dlas::op
