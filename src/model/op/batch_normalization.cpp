// BatchNormalization: (x - mean) / sqrt(var + epsilon) * scale + B, by channel.   ONNX BatchNormalization, opset 1 to 15
// Inference only: training_mode computes statistics of the batch, which is no part of a deployed network.
#include <cmath>

#include "model/op/layout.h"
#include "model/op/list_nn.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

struct Attributes {
  double epsilon = 1e-5;
  double momentum = 0.9;  // of training; without effect here
  bool training_mode = false;
  Layout layout = Layout::channels_first;
  void fields(auto& f) {
    f("epsilon", epsilon);
    f("momentum", momentum);
    f("training_mode", training_mode);
    f("layout", layout, kLayoutNames);
  }
};

enum Input { kX, kScale, kB, kMean, kVar };

std::size_t axis_of(Layout layout, std::size_t rank) { return rank == 1 ? 0 : channel_axis(layout, rank); }

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<Attributes>();
  if (a.training_mode) return site.unsupported("training_mode = 1");
  const Type& x = in[kX];
  if (x.rank() == 0) return site.wrong_input(kX, "at least one axis", x);
  const Dim channels = x.rank() == 1 ? Dim(1) : x.dim(axis_of(a.layout, x.rank()));
  for (std::size_t slot : {kX, kScale, kB, kMean, kVar})
    if (!is_real(in[slot])) return site.wrong_input(slot, "floats", in[slot]);
  for (std::size_t slot : {kScale, kB, kMean, kVar}) DLAS_TRY(check_vector(site, in, slot, channels));
  return Types{Type(x.dtype, *x.dims), in[kMean], in[kVar]};
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const Shape& shape = call.in[kX].shape();
  std::vector<double> x = reals(call, kX);
  const auto scale = reals(call, kScale), b = reals(call, kB), mean = reals(call, kMean), var = reals(call, kVar);
  const auto inner = static_cast<std::size_t>(count(std::span(shape).subspan(axis_of(a.layout, shape.size()) + 1)));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t c = shape.size() == 1 ? 0 : i / inner % scale.size();
    x[i] = (x[i] - mean[c]) / std::sqrt(var[c] + a.epsilon) * scale[c] + b[c];
  }
  store(x, call.out[0]);
  for (std::size_t i = 1; i < call.out.size(); ++i)
    if (!call.out[i].absent()) store(i == 1 ? mean : var, call.out[i]);
  return {};
}

}  // namespace

const Op batch_normalization = {
    .name = "BatchNormalization",
    .inputs = "X scale B input_mean input_var",
    .outputs = "Y running_mean? running_var?",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
};

}  // namespace dlas::op
