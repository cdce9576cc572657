// LpPool: the p-norm under a sliding window; padding is zero.                                 ONNX LpPool, opset 1 to 22
#include <cmath>

#include "model/op/list_nn.h"
#include "model/op/pool.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

struct Attributes {
  PoolAttributes pool;
  std::int64_t p = 2;
  void fields(auto& f) {
    pool.fields(f);
    f("p", p);
  }
};

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<Attributes>();
  DLAS_TRY(check_real(site, in, 0));
  if (a.p < 1) return site.wrong_attribute("p", "at least 1", std::to_string(a.p));
  DLAS_ASSIGN(std::vector<Dim> dims, pool_dims(site, a.pool, in[0]));
  return Types{Type(in[0].dtype, std::move(dims))};
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const double p = static_cast<double>(a.p);
  const std::vector<double> x = reals(call, 0);
  std::vector<double> y(static_cast<std::size_t>(call.out[0].count()));
  for_each_window(a.pool, call.in[0].shape(), [&](const Pooled& w) {
    double sum = 0;
    for (std::int64_t e : w.elements) sum += std::pow(std::fabs(x[static_cast<std::size_t>(e)]), p);
    y[static_cast<std::size_t>(w.out)] = std::pow(sum, 1 / p);
  });
  activate(a.pool.activation, y);
  store(y, call.out[0]);
  return {};
}

Cost cost(const Site& site, const Types& in, const Types& out) {
  return pool_cost(site.attributes<Attributes>().pool, in, out);
}

}  // namespace

const Op lp_pool = {
    .name = "LpPool",
    .inputs = "X",
    .outputs = "Y",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .cost = cost,
    .units = Units::real,
};

}  // namespace dlas::op
