// GroupNormalization: groups of channels by their own mean and variance.               ONNX, opset 21
// Scale and bias are by channel. Statistics are float64 whatever stash_type says.
#include "model/op/list_nn.h"
#include "model/op/statistics.h"

namespace dlas::op {
namespace {

struct Attributes {
  double epsilon = 1e-5;
  std::int64_t num_groups = 0;  // required
  DType stash_type = DType::f32;
  void fields(auto& f) {
    f("epsilon", epsilon);
    f("num_groups", num_groups);
    f("stash_type", stash_type);
  }
};

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_TRY(check_channel_normalization(site, in));
  const std::int64_t groups = site.attributes<Attributes>().num_groups;
  if (groups < 1 || (in[0].dim(1).known() && in[0].dim(1).size() % groups != 0))
    return site.wrong_attribute("num_groups", "a divisor of the channels, " + text(in[0].dim(1)),
                                std::to_string(groups));
  return Types{Type(in[0].dtype, *in[0].dims)};
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  return normalize_channels(call, call.in[0].dim(1) / a.num_groups, a.epsilon);
}

}  // namespace

const Op group_normalization = {
    .name = "GroupNormalization",
    .inputs = "X scale bias",
    .outputs = "Y",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .units = Units::real,
};

}  // namespace dlas::op
