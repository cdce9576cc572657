// LRN: x / (bias + alpha / size * sum of squares of the neighbouring channels) ^ beta.          ONNX LRN, opset 1 to 13
// Neighbours of channel c: c - floor((size - 1) / 2) to c + ceil((size - 1) / 2), those that exist.
#include <algorithm>
#include <cmath>

#include "model/op/layout.h"
#include "model/op/list_nn.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

struct Attributes {
  double alpha = 1e-4, beta = 0.75, bias = 1;
  std::int64_t size = 0;  // required
  Layout layout = Layout::channels_first;
  void fields(auto& f) {
    f("alpha", alpha);
    f("beta", beta);
    f("bias", bias);
    f("size", size);
    f("layout", layout, kLayoutNames);
  }
};

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<Attributes>();
  DLAS_TRY(check_real(site, in, 0));
  if (in[0].rank() < 2) return site.wrong_input(0, "at least 2 axes: batch, channels", in[0]);
  if (a.size < 1) return site.wrong_attribute("size", "at least 1", std::to_string(a.size));
  return Types{Type(in[0].dtype, *in[0].dims)};
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const Shape& shape = call.in[0].shape();
  const std::size_t axis = channel_axis(a.layout, shape.size());
  const std::int64_t channels = shape[axis], inner = count(std::span(shape).subspan(axis + 1));
  const std::vector<double> x = reals(call, 0);
  std::vector<double> y(x.size());
  const std::int64_t before = (a.size - 1) / 2, after = a.size - 1 - before;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(x.size()); ++i) {
    const std::int64_t c = i / inner % channels;
    const std::int64_t from = c - std::min(before, c), to = c + std::min(after, channels - 1 - c);
    double sum = 0;
    for (std::int64_t n = from; n <= to; ++n) {
      const double v = x[static_cast<std::size_t>(i + (n - c) * inner)];
      sum += v * v;
    }
    y[static_cast<std::size_t>(i)] =
        x[static_cast<std::size_t>(i)] / std::pow(a.bias + a.alpha / static_cast<double>(a.size) * sum, a.beta);
  }
  store(y, call.out[0]);
  return {};
}

}  // namespace

const Op lrn = {
    .name = "LRN",
    .inputs = "X",
    .outputs = "Y",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .units = Units::real,
};

}  // namespace dlas::op
