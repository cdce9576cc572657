// NotEqual: a != b as bools, broadcast. NaN is unequal to everything.
// An operator of ours, for NOT_EQUAL of TFLite.
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  return compare(call, [](auto a, auto b) { return a != b; });
}

}  // namespace

const Op not_equal = {
    .name = "NotEqual", .inputs = "a b", .outputs = "c", .infer = equality_types, .run = run, .elementwise = true};

}  // namespace dlas::op
