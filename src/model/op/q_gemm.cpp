// QGemm: alpha A' B' + C of quantised matrices, where ' transposes on request.         ONNX Runtime's com.microsoft.QGemm, 1
//
// C holds int32 units of alpha a_scale b_scale. The int32 sum is scaled as in QLinearMatMul, with alpha a_scale b_scale /
// y_scale, or, without y_scale, given as the float32 sum alpha a_scale b_scale.
#include "model/op/linear_units.h"
#include "model/op/list_nn.h"
#include "model/op/matrix.h"
#include "model/op/matrix_units.h"
#include "model/op/scaled_sum.h"

namespace dlas::op {
namespace {

struct Attributes {
  double alpha = 1;
  bool trans_a = false, trans_b = false;
  void fields(auto& f) {
    f("alpha", alpha);
    f("transA", trans_a);
    f("transB", trans_b);
  }
};

enum Input { kA, kAScale, kAZero, kB, kBScale, kBZero, kC, kYScale, kYZero };

// One number, or one a column of the product.
Status check_columns(const Site& site, const Types& in, std::size_t slot, const Dim& n) {
  const bool vector = in[slot].rank() == 1 && may_equal(in[slot].dim(0), n);
  if (vector || in[slot].is_scalar_like()) return {};
  return site.wrong_input(slot, "one number, or one a column", in[slot]);
}

Status check_bias(const Site& site, const Types& in, const Type& product) {
  if (!in.has(kC)) return {};
  const auto dims = broadcast(*product.dims, *in[kC].dims);
  if (in[kC].dtype == DType::i32 && dims && dims->size() == 2 && may_equal((*dims)[0], product.dim(0)) &&
      may_equal((*dims)[1], product.dim(1)))
    return {};
  return site.wrong_input(kC, "int32 that broadcasts to " + text(product), in[kC]);
}

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<Attributes>();
  DLAS_TRY(check_linear(site, in, kA, kAScale, kAZero));
  DLAS_TRY(check_bytes(site, in, kB));
  for (std::size_t slot : {kA, kB}) DLAS_TRY(check_rank(site, in, slot, 2));
  if (!is_float(in[kBScale].dtype)) return site.wrong_input(kBScale, "floats", in[kBScale]);
  if (in[kBZero].dtype != in[kB].dtype) return site.wrong_input(kBZero, text(in[kB].dtype), in[kBZero]);
  const Dim m = in[kA].dim(a.trans_a ? 1 : 0), k = in[kA].dim(a.trans_a ? 0 : 1);
  const Dim rows = in[kB].dim(a.trans_b ? 1 : 0), n = in[kB].dim(a.trans_b ? 0 : 1);
  if (!may_equal(k, rows)) return site.wrong_input(kB, "a matrix of " + text(k) + " rows once transposed", in[kB]);
  for (std::size_t slot : {kBScale, kBZero}) DLAS_TRY(check_columns(site, in, slot, n));
  if (in.has(kYZero) && !in.has(kYScale)) return site.wrong_input(kYScale, "a scale beside the zero point", "none");
  Type out(in.has(kYScale) ? in[kA].dtype : DType::f32, {m, n});
  DLAS_TRY(check_bias(site, in, out));
  if (in.has(kYScale)) DLAS_TRY(check_linear_output(site, in, out.dtype, kYScale, kYZero));
  return Types{std::move(out)};
}

// The exact sums of A' B', zero points taken off.
std::vector<double> sums(const Call& call, std::int64_t m, std::int64_t k, std::int64_t n) {
  const auto& a = call.attributes<Attributes>();
  std::vector<double> x = reals(call.in[kA]), w = reals(call.in[kB]), y(static_cast<std::size_t>(m * n));
  for (double& v : x) v -= zero_of(call, kAZero);
  if (a.trans_a) x = transposed(x, k, m);
  if (a.trans_b) w = transposed(w, n, k);
  const std::vector<double> zeros = reals(call.in[kBZero]);
  for (std::size_t i = 0; i < w.size(); ++i) w[i] -= zeros[zeros.size() == 1 ? 0 : i % static_cast<std::size_t>(n)];
  multiply(x.data(), w.data(), m, k, n, y.data());
  if (!call.has(kC)) return y;
  const std::vector<double> c = reals(call.in[kC]);
  std::size_t at = 0;
  for (Walk<1> walk(call.out[0].shape(), {broadcast_strides(call.in[kC].shape(), call.out[0].shape())}); !walk.done();
       walk.next())
    y[at++] += c[static_cast<std::size_t>(walk.offset(0))];
  return y;
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const std::int64_t m = call.out[0].dim(0), n = call.out[0].dim(1), k = call.in[kA].dim(a.trans_a ? 0 : 1);
  std::vector<double> y = sums(call, m, k, n);
  const std::vector<double> scales = reals(call.in[kBScale]);
  const float a_scale = static_cast<float>(a.alpha) * scale_of(call, kAScale);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const float factor = a_scale * static_cast<float>(scales[scales.size() == 1 ? 0 : i % static_cast<std::size_t>(n)]);
    const std::int32_t sum = wrapped_sum(y[i]);
    y[i] = call.has(kYScale)
               ? scaled_sum(sum, factor / scale_of(call, kYScale), zero_of(call, kYZero), call.out[0].dtype())
               : static_cast<double>(static_cast<float>(sum) * factor);
  }
  store(y, call.out[0]);
  return {};
}

Cost cost(const Site& site, const Types& in, const Types& out) {
  const bool swap = site.attributes<Attributes>().trans_a;
  return matmul_cost(Types{Type(in[kA].dtype, {in[kA].dim(swap ? 1 : 0), in[kA].dim(swap ? 0 : 1)}), in[kB]}, out, 0);
}

}  // namespace

const Op q_gemm = {.name = "QGemm",
                   .inputs = "a a_scale a_zero_point b b_scale b_zero_point C? y_scale? y_zero_point?",
                   .outputs = "y",
                   .attributes = &schema_of<Attributes>(),
                   .infer = infer,
                   .run = run,
                   .cost = cost};

}  // namespace dlas::op
