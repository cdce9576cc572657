// LayerNormalization: (X - mean) / sqrt(variance + epsilon) Scale + B, over all axes from `axis` on.  ONNX opset 17
// Statistics are float64 whatever stash_type says; it decides the type of the outputs Mean and InvStdDev.
#include <cmath>

#include "model/op/list_nn.h"
#include "model/op/real.h"
#include "model/op/statistics.h"

namespace dlas::op {
namespace {

struct Attributes {
  std::int64_t axis = -1;
  double epsilon = 1e-5;
  DType stash_type = DType::f32;
  void fields(auto& f) {
    f("axis", axis);
    f("epsilon", epsilon);
    f("stash_type", stash_type);
  }
};

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<Attributes>();
  const auto axis = normalized_axis(a.axis, in[0].rank());
  if (!axis) return site.wrong_attribute("axis", "an axis of " + text(in[0]), std::to_string(a.axis));
  for (std::size_t slot = 0; slot < 3; ++slot) {
    if (!in.has(slot)) continue;
    DLAS_TRY(check_real(site, in, slot));
    if (!broadcasts_into(in[0], in[slot]))
      return site.wrong_input(slot, "a shape that broadcasts to the input's", in[slot]);
  }
  if (!is_float(a.stash_type)) return site.wrong_attribute("stash_type", "a float type", text(a.stash_type));
  std::vector<Dim> reduced = *in[0].dims;
  for (std::size_t i = *axis; i < reduced.size(); ++i) reduced[i] = 1;
  return Types{Type(in[0].dtype, *in[0].dims), Type(a.stash_type, reduced), Type(a.stash_type, reduced)};
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const Shape& shape = call.in[0].shape();
  const std::size_t axis = *normalized_axis(a.axis, shape.size());
  std::vector<double> x = reals(call, 0);
  const auto size = static_cast<std::size_t>(count(std::span(shape).subspan(axis)));
  std::vector<double> means, inverses;
  for (std::size_t at = 0; size > 0 && at < x.size(); at += size) {
    const Statistics s = normalize(std::span(x).subspan(at, size), a.epsilon);
    means.push_back(s.mean);
    inverses.push_back(s.inverse_deviation);
  }
  scale_and_shift(call, x, 1, 2);
  store(x, call.out[0]);
  if (call.out.size() > 1 && !call.out[1].absent()) store(means, call.out[1]);
  if (call.out.size() > 2 && !call.out[2].absent()) store(inverses, call.out[2]);
  return {};
}

}  // namespace

const Op layer_normalization = {
    .name = "LayerNormalization",
    .inputs = "X Scale B?",
    .outputs = "Y Mean? InvStdDev?",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .units = Units::real,
};

}  // namespace dlas::op
