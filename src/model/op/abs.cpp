// Abs: |x|, element by element. The lowest integer stays itself.                           ONNX Abs, opset 13
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return map_numbers(call, []<typename T>(T x) {
    if constexpr (std::integral<T>) return x < T{0} ? wrapped_sub(T{0}, x) : x;
    else return std::fabs(x);
  });
}

}  // namespace

const Op abs = {.name = "Abs", .inputs = "x", .outputs = "y", .infer = number_types, .run = run, .elementwise = true};

}  // namespace dlas::op
