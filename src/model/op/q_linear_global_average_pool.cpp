// QLinearGlobalAveragePool: the mean of each channel over all places, of a quantised tensor into a quantised one.
// linear_pool.h has the formula.                       ONNX Runtime's com.microsoft.QLinearGlobalAveragePool, 1; as 1.32
#include "model/op/linear_pool.h"
#include "model/op/list_nn.h"
#include "model/op/pool.h"
#include "model/op/scaled_sum.h"

namespace dlas::op {

Status check_linear_pool(const Site& site, const Types& in) {
  DLAS_TRY(check_linear(site, in, kX, kXScale, kXZero));
  return check_linear_output(site, in, in[kX].dtype, kYScale, kYZero);
}

Status run_linear_global_pool(const Call& call, Layout layout) {
  const std::vector<std::int32_t> x = centred(call, kX, kXZero);
  std::vector<double> y(static_cast<std::size_t>(call.out[0].count()));
  const double zero = zero_of(call, kYZero);
  for_each_plane(
      layout, call.in[kX].shape(), [&](std::int64_t out, std::int64_t first, std::int64_t stride, std::int64_t places) {
        std::int64_t sum = 0;
        for (std::int64_t i = 0; i < places; ++i) sum += x[static_cast<std::size_t>(first + i * stride)];
        const float factor = scale_of(call, kXScale) / (scale_of(call, kYScale) * static_cast<float>(places));
        y[static_cast<std::size_t>(out)] =
            scaled_sum(static_cast<std::int32_t>(sum), factor, zero, call.out[0].dtype());
      });
  store(y, call.out[0]);
  return {};
}

namespace {

struct Attributes {
  Layout layout = Layout::channels_first;
  void fields(auto& f) { f("layout", layout, kLayoutNames); }
};

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_TRY(check_linear_pool(site, in));
  const Layout layout = site.attributes<Attributes>().layout;
  const Type& x = in[kX];
  if (x.rank() < 2) return site.wrong_input(kX, "at least 2 axes: batch, channels, places", x);
  const std::vector<Dim> ones(x.rank() - 2, Dim(1));
  return Types{Type(x.dtype, arranged(layout, x.dim(0), x.dim(channel_axis(layout, x.rank())), ones))};
}

Status run(const Call& call) { return run_linear_global_pool(call, call.attributes<Attributes>().layout); }

Cost cost(const Site&, const Types& in, const Types& out) {
  return {.operations = static_cast<std::uint64_t>(in[kX].count().value_or(0)),
          .bytes = in[kX].bytes().value_or(0) + out[0].bytes().value_or(0)};
}

}  // namespace

const Op q_linear_global_average_pool = {.name = "QLinearGlobalAveragePool",
                                         .inputs = kLinearPoolInputs,
                                         .outputs = "y",
                                         .attributes = &schema_of<Attributes>(),
                                         .infer = infer,
                                         .run = run,
                                         .cost = cost};

}  // namespace dlas::op
