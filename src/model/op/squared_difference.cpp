// SquaredDifference: (a - b)^2, broadcast. Integers wrap around.
// An operator of ours, for SQUARED_DIFFERENCE of TFLite. The difference is not rounded before it is squared.
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return zip_numbers(call, []<typename T>(T a, T b) {
    const T d = wrapped_sub(a, b);
    return wrapped_mul(d, d);
  });
}

}  // namespace

const Op squared_difference = {.name = "SquaredDifference",
                               .inputs = "a b",
                               .outputs = "c",
                               .infer = number_broadcast_types,
                               .run = run,
                               .elementwise = true};

}  // namespace dlas::op
