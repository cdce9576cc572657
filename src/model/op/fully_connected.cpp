// FullyConnected: each row of the input times the transposed weights [out, in], plus bias.    TFLite FULLY_CONNECTED, v1 to 9
//
// Without keep_num_dims the input is read as rows of `in` numbers and the output has two axes; with it only the last axis
// changes size. Sums are float64.
#include "model/op/fused_activation.h"
#include "model/op/list_nn.h"
#include "model/op/matrix.h"
#include "model/op/quantized/run.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

struct Attributes {
  bool keep_num_dims = false;
  Activation activation = Activation::none;
  void fields(auto& f) {
    f("keep_num_dims", keep_num_dims);
    f("activation", activation, kActivationNames);
  }
};

enum Input { kInput, kWeight, kBias };

Dim rows_of(const Type& x, const Dim& width) {
  if (x.rank() == 2 && may_equal(x.dim(1), width)) return x.dim(0);
  const auto elements = x.count();
  if (!elements || !width.known() || width.size() == 0) return {};
  return *elements / width.size();
}

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<Attributes>();
  for (std::size_t slot : {kInput, kWeight}) DLAS_TRY(check_real(site, in, slot));
  DLAS_TRY(check_rank(site, in, kWeight, 2));
  const Type& x = in[kInput];
  const Dim &units = in[kWeight].dim(0), &width = in[kWeight].dim(1);
  if (in.has(kBias) && in[kBias].count() && units.known() && *in[kBias].count() != units.size())
    return site.wrong_input(kBias, text(units) + " numbers", in[kBias]);
  if (a.keep_num_dims) {
    if (x.rank() == 0 || !may_equal(x.dims->back(), width))
      return site.wrong_input(kInput, "a last axis of " + text(width), x);
    std::vector<Dim> dims = *x.dims;
    dims.back() = units;
    return Types{Type(x.dtype, std::move(dims))};
  }
  const auto elements = x.count();
  if (elements && width.known() && (width.size() == 0 || *elements % width.size() != 0))
    return site.wrong_input(kInput, "rows of " + text(width) + " numbers", x);
  return Types{Type(x.dtype, {rows_of(x, width), units})};
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const std::int64_t units = call.in[kWeight].dim(0), width = call.in[kWeight].dim(1);
  const std::int64_t rows = units == 0 ? 0 : call.out[0].count() / units;
  const std::vector<double> w = transposed(reals(call, kWeight), units, width);
  std::vector<double> y(static_cast<std::size_t>(rows * units));
  if (call.has(kBias)) {
    const std::vector<double> bias = reals(call, kBias);
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = bias[i % bias.size()];
  }
  multiply(reals(call, kInput).data(), w.data(), rows, width, units, y.data());
  activate(a.activation, y);
  store(y, call.out[0]);
  return {};
}

Cost cost(const Site&, const Types& in, const Types& out) { return matmul_cost(Types{in[kWeight]}, out, 0); }

}  // namespace

const Op fully_connected = {
    .name = "FullyConnected",
    .inputs = "input weight bias?",
    .outputs = "output",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .run_quantized = quantized::run_fully_connected,
    .cost = cost,
};

}  // namespace dlas::op
