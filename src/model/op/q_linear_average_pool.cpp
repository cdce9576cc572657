// QLinearAveragePool: the mean under a window, of a quantised tensor into a quantised one.
//                                                            ONNX Runtime's com.microsoft.QLinearAveragePool, 1; as 1.32
// In float32, in the order of the window: s = sum of fl(x_scale (x - x_zero)), then
// y = saturate(round half to even(s / n / y_scale + y_zero)). With count_include_pad n is the whole window, else what lies
// inside the input. A window that is the whole unpadded input is a QLinearGlobalAveragePool, sums and all.
#include <algorithm>
#include <cmath>

#include "model/op/linear_pool.h"
#include "model/op/list_nn.h"
#include "model/op/pool.h"
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
  const PoolAttributes& a = site.attributes<Attributes>().pool;
  DLAS_TRY(check_linear_pool(site, in));
  if (a.activation != Activation::none) return site.wrong_attribute("activation", "none", "another");
  if (std::ranges::any_of(a.window.dilations, [](std::int64_t d) { return d != 1; }))
    return site.wrong_attribute("dilations", "all 1", "others");
  DLAS_ASSIGN(std::vector<Dim> dims, pool_dims(site, a, in[kX]));
  return Types{Type(in[kX].dtype, std::move(dims))};
}

bool covers_all(const PoolAttributes& a, const Shape& x) {
  const Shape places = spatial(a.layout, x);
  if (!std::ranges::equal(places, a.window.kernel_shape)) return false;
  const Window window = window_of(a.window, places, a.window.kernel_shape, a.ceil_mode);
  return std::ranges::all_of(window, [](const WindowAxis& w) { return w.begin == 0 && w.end == 0; });
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  if (covers_all(a.pool, call.in[kX].shape())) return run_linear_global_pool(call, a.pool.layout);
  const std::vector<std::int32_t> x = centred(call, kX, kXZero);
  const float x_scale = scale_of(call, kXScale), y_scale = scale_of(call, kYScale);
  const auto y_zero = static_cast<float>(zero_of(call, kYZero));
  double whole = 1;
  for (const std::int64_t k : a.pool.window.kernel_shape) whole *= static_cast<double>(k);
  std::vector<double> y(static_cast<std::size_t>(call.out[0].count()));
  for_each_window(a.pool, call.in[kX].shape(), [&](const Pooled& w) {
    float sum = 0;
    for (const std::int64_t e : w.elements) sum += x_scale * static_cast<float>(x[static_cast<std::size_t>(e)]);
    const double size = a.count_include_pad ? whole : static_cast<double>(w.elements.size());
    const float mean = size > 0 ? sum / static_cast<float>(size) : 0;
    y[static_cast<std::size_t>(w.out)] = std::nearbyint(mean / y_scale + y_zero);
  });
  store(y, call.out[0]);
  return {};
}

Cost cost(const Site& site, const Types& in, const Types& out) {
  return pool_cost(site.attributes<Attributes>().pool, in, out);
}

}  // namespace

const Op q_linear_average_pool = {.name = "QLinearAveragePool",
                                  .inputs = kLinearPoolInputs,
                                  .outputs = "y",
                                  .attributes = &schema_of<Attributes>(),
                                  .infer = infer,
                                  .run = run,
                                  .cost = cost};

}  // namespace dlas::op
