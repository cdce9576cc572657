// AveragePool: the mean under a sliding window.                                          ONNX AveragePool, opset 1 to 22
//
// Padding is left out of the mean, or counted as zeros (count_include_pad). What ceil_mode adds beyond the padding is
// never counted.
#include "model/op/list_nn.h"
#include "model/op/pool.h"
#include "model/op/quantized/run.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

struct Attributes {
  PoolAttributes pool;
  bool count_include_pad = false;
  void fields(auto& f) {
    pool.fields(f);
    f("count_include_pad", count_include_pad);
  }
};

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_TRY(check_real(site, in, 0));
  DLAS_ASSIGN(std::vector<Dim> dims, pool_dims(site, site.attributes<Attributes>().pool, in[0]));
  return Types{Type(in[0].dtype, std::move(dims))};
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const std::vector<double> x = reals(call, 0);
  std::vector<double> y(static_cast<std::size_t>(call.out[0].count()));
  for_each_window(a.pool, call.in[0].shape(), [&](const Pooled& w) {
    double sum = 0;
    for (std::int64_t e : w.elements) sum += x[static_cast<std::size_t>(e)];
    const auto size = a.count_include_pad ? w.padded_size : static_cast<std::int64_t>(w.elements.size());
    y[static_cast<std::size_t>(w.out)] = size > 0 ? sum / static_cast<double>(size) : 0;
  });
  activate(a.pool.activation, y);
  store(y, call.out[0]);
  return {};
}

Cost cost(const Site& site, const Types& in, const Types& out) {
  return pool_cost(site.attributes<Attributes>().pool, in, out);
}

}  // namespace

const Op average_pool = {
    .name = "AveragePool",
    .inputs = "X",
    .outputs = "Y",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .run_quantized = quantized::run_average_pool,
    .cost = cost,
};

}  // namespace dlas::op
