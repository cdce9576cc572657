// InstanceNormalization: each channel of each picture by its own mean and variance.   ONNX, opset 1 to 22
#include "model/op/list_nn.h"
#include "model/op/real.h"
#include "model/op/statistics.h"

namespace dlas::op {
namespace {

struct Attributes {
  double epsilon = 1e-5;
  void fields(auto& f) { f("epsilon", epsilon); }
};

Result<Types> infer(const Site& site, const Types& in) {
  if (in[0].rank() < 3) return site.wrong_input(0, "at least 3 axes: batch, channels, places", in[0]);
  for (std::size_t slot = 0; slot < 3; ++slot) DLAS_TRY(check_real(site, in, slot));
  for (std::size_t slot : {1, 2}) DLAS_TRY(check_vector(site, in, slot, in[0].dim(1)));
  return Types{Type(in[0].dtype, *in[0].dims)};
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const Shape& shape = call.in[0].shape();
  std::vector<double> x = reals(call, 0);
  const std::vector<double> scale = reals(call, 1), shift = reals(call, 2);
  const auto places = static_cast<std::size_t>(count(std::span(shape).subspan(2)));
  const std::size_t size = places;
  for (std::size_t at = 0; size > 0 && at < x.size(); at += size) normalize(std::span(x).subspan(at, size), a.epsilon);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t c = i / places % scale.size();
    x[i] = x[i] * scale[c] + shift[c];
  }
  store(x, call.out[0]);
  return {};
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
