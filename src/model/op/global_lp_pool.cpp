// GlobalLpPool: the p-norm of each channel over all places.                  ONNX GlobalLpPool, opset 1 to 22
#include <cmath>

#include "model/op/list_nn.h"
#include "model/op/pool.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

struct Attributes {
  std::int64_t p = 2;
  Layout layout = Layout::channels_first;
  void fields(auto& f) {
    f("p", p);
    f("layout", layout, kLayoutNames);
  }
};

Result<Types> infer(const Site& site, const Types& in) {
  const std::int64_t p = site.attributes<Attributes>().p;
  if (p < 1) return site.wrong_attribute("p", "at least 1", std::to_string(p));
  return global_pool_types(site, site.attributes<Attributes>().layout, in[0]);
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const std::vector<double> x = reals(call, 0);
  std::vector<double> y(static_cast<std::size_t>(call.out[0].count()));
  for_each_plane(a.layout, call.in[0].shape(),
                 [&](std::int64_t out, std::int64_t first, std::int64_t stride, std::int64_t places) {
                   double sum = 0;
                   for (std::int64_t i = 0; i < places; ++i)
                     sum +=
                         std::pow(std::fabs(x[static_cast<std::size_t>(first + i * stride)]), static_cast<double>(a.p));
                   y[static_cast<std::size_t>(out)] = std::pow(sum, 1 / static_cast<double>(a.p));
                 });
  store(y, call.out[0]);
  return {};
}

Cost cost(const Site&, const Types& in, const Types& out) {
  const auto elements = static_cast<std::uint64_t>(in[0].count().value_or(0));
  return {.operations = elements, .bytes = in[0].bytes().value_or(0) + out[0].bytes().value_or(0)};
}

}  // namespace

const Op global_lp_pool = {
    .name = "GlobalLpPool",
    .inputs = "X",
    .outputs = "Y",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .cost = cost,
    .units = Units::real,
};

}  // namespace dlas::op
