// Gemm: alpha A' B' + beta C, where ' transposes on request and C broadcasts.                   ONNX Gemm, opset 1 to 13
#include "model/op/list_nn.h"
#include "model/op/matrix.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

struct Attributes {
  double alpha = 1, beta = 1;
  bool trans_a = false, trans_b = false;
  void fields(auto& f) {
    f("alpha", alpha);
    f("beta", beta);
    f("transA", trans_a);
    f("transB", trans_b);
  }
};

enum Input { kA, kB, kC };

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<Attributes>();
  for (std::size_t slot : {kA, kB}) {
    DLAS_TRY(check_rank(site, in, slot, 2));
    if (in[slot].dtype == DType::boolean) return site.wrong_input(slot, "numbers", in[slot]);
    if (in[slot].dtype != in[kA].dtype) return site.wrong_input(slot, text(in[kA].dtype), in[slot]);
  }
  const Dim m = in[kA].dim(a.trans_a ? 1 : 0), k = in[kA].dim(a.trans_a ? 0 : 1);
  const Dim rows = in[kB].dim(a.trans_b ? 1 : 0), n = in[kB].dim(a.trans_b ? 0 : 1);
  if (!may_equal(k, rows)) return site.wrong_input(kB, "a matrix of " + text(k) + " rows once transposed", in[kB]);
  Type out(in[kA].dtype, {m, n});
  if (in.has(kC)) {
    const auto dims = broadcast(*out.dims, *in[kC].dims);
    if (in[kC].dtype != out.dtype || !dims || dims->size() != 2 || !may_equal((*dims)[0], m) ||
        !may_equal((*dims)[1], n))
      return site.wrong_input(kC, "a tensor that broadcasts to " + text(out), in[kC]);
  }
  return Types{std::move(out)};
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const Shape& shape = call.out[0].shape();
  const std::int64_t m = shape[0], n = shape[1], k = call.in[kA].dim(a.trans_a ? 0 : 1);
  std::vector<double> x = reals(call, kA), w = reals(call, kB);
  if (a.trans_a) x = transposed(x, k, m);
  if (a.trans_b) w = transposed(w, n, k);
  std::vector<double> y(static_cast<std::size_t>(m * n));
  multiply(x.data(), w.data(), m, k, n, y.data());
  for (double& v : y) v *= a.alpha;
  if (call.has(kC)) {
    const std::vector<double> c = reals(call, kC);
    std::size_t at = 0;
    for (Walk<1> walk(shape, {broadcast_strides(call.in[kC].shape(), shape)}); !walk.done(); walk.next())
      y[at++] += a.beta * c[static_cast<std::size_t>(walk.offset(0))];
  }
  store(y, call.out[0]);
  return {};
}

Cost cost(const Site& site, const Types& in, const Types& out) {
  const bool swap = site.attributes<Attributes>().trans_a;
  return matmul_cost(Types{Type(in[kA].dtype, {in[kA].dim(swap ? 1 : 0), in[kA].dim(swap ? 0 : 1)}), in[kB]}, out, 0);
}

}  // namespace

const Op gemm = {
    .name = "Gemm",
    .inputs = "A B C?",
    .outputs = "Y",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .cost = cost,
    .units = Units::real,
};

}  // namespace dlas::op
