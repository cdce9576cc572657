// Sign: -1, 0 or 1, element by element. NaN stays NaN.                                    ONNX Sign, opset 13
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return map_numbers(call, []<typename T>(T x) {
    if constexpr (std::is_signed_v<T>)
      if (x < T{0}) return T{-1};
    return x > T{0} ? T{1} : x;
  });
}

}  // namespace

const Op sign = {
    .name = "Sign", .inputs = "input", .outputs = "output", .infer = number_types, .run = run, .elementwise = true};

}  // namespace dlas::op
