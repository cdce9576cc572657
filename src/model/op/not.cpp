// Not: true where x is false.                                                               ONNX Not, opset 1
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  const auto x = call.in[0].as<bool>();
  const auto y = call.out[0].mutable_as<bool>();
  for (std::size_t i = 0; i < x.size(); ++i) y[i] = !x[i];
  return {};
}

}  // namespace

const Op not_ = {.name = "Not", .inputs = "x", .outputs = "y", .infer = boolean_types, .run = run, .elementwise = true};

}  // namespace dlas::op
