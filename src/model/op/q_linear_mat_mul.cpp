// QLinearMatMul: MatMul of quantised matrices into a quantised one.                      ONNX QLinearMatMul, opset 10 to 21
// Sums are those of MatMulInteger; scaled_sum.h says how they are rounded. The output has one scale.
#include "model/op/list_nn.h"
#include "model/op/matrix.h"
#include "model/op/matrix_units.h"
#include "model/op/scaled_sum.h"

namespace dlas::op {
namespace {

enum Input { kA, kAScale, kAZero, kB, kBScale, kBZero, kYScale, kYZero };

Status check_matrix(const Site& site, const Types& in, std::size_t matrix, Side side) {
  const std::size_t scale = matrix + 1, zero = matrix + 2;
  DLAS_TRY(check_bytes(site, in, matrix));
  if (!is_float(in[scale].dtype)) return site.wrong_input(scale, "floats", in[scale]);
  if (in[zero].dtype != in[matrix].dtype) return site.wrong_input(zero, text(in[matrix].dtype), in[zero]);
  DLAS_TRY(check_units_of(site, in, scale, matrix, side));
  return check_units_of(site, in, zero, matrix, side);
}

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_TRY(check_matrix(site, in, kA, Side::left));
  DLAS_TRY(check_matrix(site, in, kB, Side::right));
  if (!is_float(in[kYScale].dtype) || in[kYScale].count().value_or(1) != 1)
    return site.wrong_input(kYScale, "one float", in[kYScale]);
  DLAS_TRY(check_bytes(site, in, kYZero));
  if (in[kYZero].count().value_or(1) != 1) return site.wrong_input(kYZero, "one number", in[kYZero]);
  DLAS_ASSIGN(std::vector<Dim> dims, matmul_dims(site, Types{in[kA], in[kB]}, 0, 1));
  for (const auto& [slot, of] : {std::pair{kAScale, kA}, std::pair{kBScale, kB}})
    if (!in[slot].is_scalar_like() && in[of == kA ? kB : kA].rank() < 2)
      return site.wrong_input(slot, "one number, as the other input is a vector", in[slot]);
  return Types{Type(in[kYZero].dtype, std::move(dims))};
}

Status run(const Call& call) {
  const auto sums = matmul_values(call.in[kA].shape(), less_zero(call, kA, kAZero, Side::left), call.in[kB].shape(),
                                  less_zero(call, kB, kBZero, Side::right));
  const std::vector<double> a = reals(call.in[kAScale]), b = reals(call.in[kBScale]);
  const auto y_scale = static_cast<float>(call.in[kYScale].number(0));
  const double zero = call.in[kYZero].number(0);
  const Shape& shape = call.out[0].shape();
  std::vector<double> y(sums.size());
  std::size_t i = 0;
  for (Walk<2> w(shape, {broadcast_strides(units_shape(call.in[kAScale], Side::left), shape),
                         broadcast_strides(units_shape(call.in[kBScale], Side::right), shape)});
       !w.done(); w.next(), ++i) {
    const float factor = static_cast<float>(a[static_cast<std::size_t>(w.offset(0))]) *
                         static_cast<float>(b[static_cast<std::size_t>(w.offset(1))]) / y_scale;
    y[i] = scaled_sum(wrapped_sum(sums[i]), factor, zero, call.out[0].dtype());
  }
  store(y, call.out[0]);
  return {};
}

Cost cost(const Site&, const Types& in, const Types& out) { return matmul_cost(in, out, kA); }

}  // namespace

const Op q_linear_mat_mul = {
    .name = "QLinearMatMul",
    .inputs = "a a_scale a_zero_point b b_scale b_zero_point y_scale y_zero_point",
    .outputs = "y",
    .infer = infer,
    .run = run,
    .cost = cost,
};

}  // namespace dlas::op
