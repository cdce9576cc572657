// BatchNormalization: (x - mean) / sqrt(var + epsilon) * scale + B, by channel.   ONNX BatchNormalization, opset 1 to 15
//
// With training_mode = 1 mean and var are those of the input itself, over all axes but the channels', and the further
// outputs are input * momentum + statistic * (1 - momentum). The form of opsets below 14, where the number of outputs
// told training from inference, is the reader's to refuse.
#include <cmath>

#include "model/op/layout.h"
#include "model/op/list_nn.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

struct Attributes {
  double epsilon = 1e-5;
  double momentum = 0.9;
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
  const Type& x = in[kX];
  if (x.rank() == 0) return site.wrong_input(kX, "at least one axis", x);
  const Dim channels = x.rank() == 1 ? Dim(1) : x.dim(axis_of(a.layout, x.rank()));
  for (std::size_t slot : {kX, kScale, kB, kMean, kVar})
    if (!is_real(in[slot])) return site.wrong_input(slot, "floats", in[slot]);
  for (std::size_t slot : {kScale, kB, kMean, kVar}) DLAS_TRY(check_vector(site, in, slot, channels));
  return Types{Type(x.dtype, *x.dims), in[kMean], in[kVar]};
}

struct Statistics {
  std::vector<double> mean, var;
};

template <typename ChannelOf>
Statistics statistics_of(const std::vector<double>& x, std::size_t channels, ChannelOf channel_of) {
  Statistics s{std::vector<double>(channels), std::vector<double>(channels)};
  const double each = static_cast<double>(x.size()) / static_cast<double>(channels);
  for (std::size_t i = 0; i < x.size(); ++i) s.mean[channel_of(i)] += x[i] / each;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double off = x[i] - s.mean[channel_of(i)];
    s.var[channel_of(i)] += off * off / each;
  }
  return s;
}

void move_towards(std::vector<double>& running, const std::vector<double>& statistic, double momentum) {
  for (std::size_t c = 0; c < running.size(); ++c) running[c] = running[c] * momentum + statistic[c] * (1 - momentum);
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const Shape& shape = call.in[kX].shape();
  std::vector<double> x = reals(call, kX);
  const auto scale = reals(call, kScale), b = reals(call, kB);
  Statistics running{reals(call, kMean), reals(call, kVar)};
  const auto inner = static_cast<std::size_t>(count(std::span(shape).subspan(axis_of(a.layout, shape.size()) + 1)));
  const auto channel_of = [&](std::size_t i) { return shape.size() == 1 ? 0 : i / inner % scale.size(); };
  Statistics used = running;
  if (a.training_mode) {
    used = statistics_of(x, scale.size(), channel_of);
    move_towards(running.mean, used.mean, a.momentum);
    move_towards(running.var, used.var, a.momentum);
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t c = channel_of(i);
    x[i] = (x[i] - used.mean[c]) / std::sqrt(used.var[c] + a.epsilon) * scale[c] + b[c];
  }
  store(x, call.out[0]);
  for (std::size_t i = 1; i < call.out.size(); ++i)
    if (!call.out[i].absent()) store(i == 1 ? running.mean : running.var, call.out[i]);
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
    .units = Units::real,
};

}  // namespace dlas::op
