// Neg: -x, element by element. The lowest integer stays itself.                            ONNX Neg, opset 13
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return map_numbers(call, []<typename T>(T x) {
    if constexpr (std::integral<T>) return wrapped_sub(T{0}, x);
    else return -x;  // 0 - x would lose the sign of zero
  });
}

}  // namespace

const Op neg = {.name = "Neg", .inputs = "x", .outputs = "y", .infer = number_types, .run = run, .elementwise = true};

}  // namespace dlas::op
