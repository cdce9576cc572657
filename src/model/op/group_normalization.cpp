// GroupNormalization: groups of channels by their own mean and variance.               ONNX, opset 21
// Scale and bias are by channel. Statistics are float64 whatever stash_type says.
#include "model/op/list_nn.h"
#include "model/op/real.h"
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
  if (in[0].rank() < 3) return site.wrong_input(0, "at least 3 axes: batch, channels, places", in[0]);
  for (std::size_t slot = 0; slot < 3; ++slot) DLAS_TRY(check_real(site, in, slot));
  for (std::size_t slot : {1, 2}) DLAS_TRY(check_vector(site, in, slot, in[0].dim(1)));
  const std::int64_t groups = site.attributes<Attributes>().num_groups;
  if (groups < 1 || (in[0].dim(1).known() && in[0].dim(1).size() % groups != 0))
    return site.wrong_attribute("num_groups", "a divisor of the channels, " + text(in[0].dim(1)),
                                std::to_string(groups));
  return Types{Type(in[0].dtype, *in[0].dims)};
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const Shape& shape = call.in[0].shape();
  std::vector<double> x = reals(call, 0);
  const std::vector<double> scale = reals(call, 1), shift = reals(call, 2);
  const auto places = static_cast<std::size_t>(count(std::span(shape).subspan(2)));
  const std::size_t size = places * static_cast<std::size_t>(shape[1] / a.num_groups);
  for (std::size_t at = 0; size > 0 && at < x.size(); at += size) normalize(std::span(x).subspan(at, size), a.epsilon);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t c = i / places % scale.size();
    x[i] = x[i] * scale[c] + shift[c];
  }
  store(x, call.out[0]);
  return {};
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
