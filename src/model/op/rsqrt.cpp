// Rsqrt: 1 / sqrt x, element by element.
// An operator of ours, for RSQRT of TFLite.
#include <cmath>

#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return map_floats(call, [](double x) { return 1 / std::sqrt(x); });
}

}  // namespace

const Op rsqrt = {
    .name = "Rsqrt", .inputs = "input", .outputs = "output", .infer = float_types, .run = run, .elementwise = true};

}  // namespace dlas::op
