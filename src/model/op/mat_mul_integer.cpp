// MatMulInteger: MatMul of (A - a_zero_point) and (B - b_zero_point) with int32 sums.        ONNX MatMulInteger, opset 10
// Sums are exact in float64 and taken modulo 2^32.
#include "model/op/list_nn.h"
#include "model/op/matrix.h"
#include "model/op/matrix_units.h"

namespace dlas::op {
namespace {

enum Input { kA, kB, kAZero, kBZero };

Result<Types> infer(const Site& site, const Types& in) {
  for (std::size_t slot : {kA, kB}) DLAS_TRY(check_bytes(site, in, slot));
  for (const auto& [zero, of] : {std::pair{kAZero, kA}, std::pair{kBZero, kB}}) {
    if (in.has(zero) && in[zero].dtype != in[of].dtype) return site.wrong_input(zero, text(in[of].dtype), in[zero]);
    DLAS_TRY(check_units_of(site, in, zero, of, of == kA ? Side::left : Side::right));
  }
  DLAS_ASSIGN(std::vector<Dim> dims, matmul_dims(site, in, kA, kB));
  return Types{Type(DType::i32, std::move(dims))};
}

Status run(const Call& call) {
  const auto y = matmul_values(call.in[kA].shape(), less_zero(call, kA, kAZero, Side::left), call.in[kB].shape(),
                               less_zero(call, kB, kBZero, Side::right));
  const auto out = call.out[0].mutable_as<std::int32_t>();
  for (std::size_t i = 0; i < y.size(); ++i) out[i] = wrapped_sum(y[i]);
  return {};
}

Cost cost(const Site&, const Types& in, const Types& out) { return matmul_cost(in, out, kA); }

}  // namespace

const Op mat_mul_integer = {
    .name = "MatMulInteger",
    .inputs = "A B a_zero_point? b_zero_point?",
    .outputs = "Y",
    .infer = infer,
    .run = run,
    .cost = cost,
};

}  // namespace dlas::op
