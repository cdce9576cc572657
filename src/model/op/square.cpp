// Square: x x, element by element. Integers wrap around. An operator of ours, for SQUARE of TFLite.
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return map_numbers(call, []<typename T>(T x) { return wrapped_mul(x, x); });
}

}  // namespace

const Op square = {
    .name = "Square", .inputs = "x", .outputs = "y", .infer = number_types, .run = run, .elementwise = true};

}  // namespace dlas::op
