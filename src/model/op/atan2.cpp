// Atan2: the angle of the point (x, y) above the first axis, from -pi to pi, for each pair of elements.     TFLite ATAN2
#include <cmath>

#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return zip_floats(call, [](double y, double x) { return std::atan2(y, x); });
}

}  // namespace

const Op atan2 = {.name = "Atan2",
                  .inputs = "y x",
                  .outputs = "angle",
                  .infer = float_broadcast_types,
                  .run = run,
                  .elementwise = true};

}  // namespace dlas::op
