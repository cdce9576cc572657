// IsInf: true where x is infinite, of a sign that counts.                                ONNX IsInf, opset 20
#include <cmath>

#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

struct Attributes {
  std::int64_t detect_negative = 1;
  std::int64_t detect_positive = 1;
  void fields(auto& f) {
    f("detect_negative", detect_negative);
    f("detect_positive", detect_positive);
  }
};

Status run(const Call& call) {
  if (!is_float(call.in[0].dtype())) return no_such_kernel(call);
  const auto& a = call.attributes<Attributes>();
  const auto y = call.out[0].mutable_as<bool>();
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double x = call.in[0].number(static_cast<std::int64_t>(i));
    y[i] = std::isinf(x) && (x < 0 ? a.detect_negative : a.detect_positive) != 0;
  }
  return {};
}

}  // namespace

const Op is_inf = {.name = "IsInf",
                   .inputs = "x",
                   .outputs = "y",
                   .attributes = &schema_of<Attributes>(),
                   .infer = float_test_types,
                   .run = run,
                   .elementwise = true};

}  // namespace dlas::op
