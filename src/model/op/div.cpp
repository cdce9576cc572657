// Div: activation(a / b), broadcast.                                                       ONNX Div, opset 14
// Integers are truncated toward zero (so does ONNX Runtime; the text of ONNX is silent), the lowest one divided by -1
// wraps around, and a divisor 0 is an error. The attribute `activation` is ours, for what TFLite fuses.
#include "model/op/fused_activation.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

template <typename T>
T quotient(T a, T b) {
  if constexpr (std::signed_integral<T>) {
    if (b == T{-1}) return wrapped_sub(T{0}, a);
  }
  return static_cast<T>(a / b);
}

Status run(const Call& call) {
  DLAS_TRY(check_no_zero(call, 1));
  const Activation activation = call.attributes<Arithmetic>().activation;
  return zip_numbers(call, [=]<typename T>(T a, T b) { return activated<T>(activation, quotient(a, b)); });
}

}  // namespace

const Op div = {.name = "Div",
                .inputs = "a b",
                .outputs = "c",
                .attributes = &schema_of<Arithmetic>(),
                .infer = arithmetic_types,
                .run = run,
                .elementwise = true};

}  // namespace dlas::op
