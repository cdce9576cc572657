// GlobalMaxPool: the largest element of each channel; NaN wins.                  ONNX GlobalMaxPool, opset 1 to 22
#include <cmath>

#include "model/op/list_nn.h"
#include "model/op/pool.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

struct Attributes {
  Layout layout = Layout::channels_first;
  void fields(auto& f) { f("layout", layout, kLayoutNames); }
};

Result<Types> infer(const Site& site, const Types& in) {
  return global_pool_types(site, site.attributes<Attributes>().layout, in[0]);
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const std::vector<double> x = reals(call, 0);
  std::vector<double> y(static_cast<std::size_t>(call.out[0].count()));
  for_each_plane(a.layout, call.in[0].shape(),
                 [&](std::int64_t out, std::int64_t first, std::int64_t stride, std::int64_t places) {
                   if (places == 0) return;
                   double best = x[static_cast<std::size_t>(first)];
                   for (std::int64_t i = 1; i < places && !std::isnan(best); ++i) {
                     const double v = x[static_cast<std::size_t>(first + i * stride)];
                     if (!(v <= best)) best = v;
                   }
                   y[static_cast<std::size_t>(out)] = best;
                 });
  store(y, call.out[0]);
  return {};
}

Cost cost(const Site&, const Types& in, const Types& out) {
  const auto elements = static_cast<std::uint64_t>(in[0].count().value_or(0));
  return {.operations = elements, .bytes = in[0].bytes().value_or(0) + out[0].bytes().value_or(0)};
}

}  // namespace

const Op global_max_pool = {
    .name = "GlobalMaxPool",
    .inputs = "X",
    .outputs = "Y",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .cost = cost,
    .units = Units::real,
};

}  // namespace dlas::op
