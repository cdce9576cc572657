// Gelu: x P(X <= x) of a standard normal X, element by element.                           ONNX Gelu, opset 20
//   none  x / 2 (1 + erf(x / sqrt 2))
//   tanh  x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))
#include <cmath>
#include <numbers>

#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

enum class Approximate { none, tanh };
constexpr std::array<std::string_view, 2> kApproximateNames{"none", "tanh"};

struct Attributes {
  Approximate approximate = Approximate::none;
  void fields(auto& f) { f("approximate", approximate, kApproximateNames); }
};

Status run(const Call& call) {
  if (call.attributes<Attributes>().approximate == Approximate::none)
    return map_floats(call, [](double x) { return 0.5 * x * (1 + std::erf(x / std::numbers::sqrt2)); });
  const double k = std::sqrt(2 / std::numbers::pi);
  return map_floats(call, [k](double x) { return 0.5 * x * (1 + std::tanh(k * (x + 0.044715 * x * x * x))); });
}

}  // namespace

const Op gelu = {.name = "Gelu",
                 .inputs = "x",
                 .outputs = "y",
                 .attributes = &schema_of<Attributes>(),
                 .infer = float_types,
                 .run = run,
                 .elementwise = true};

}  // namespace dlas::op
