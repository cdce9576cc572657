// Concat: the inputs one after the other along `axis`, which is the only one where sizes differ.    ONNX Concat, opset 13
//
// `activation` is an extension: TensorFlow Lite applies one to the result. It needs float elements.
#include <algorithm>
#include <cmath>

#include "model/op/quantized/run.h"
#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

enum class Activation { none, relu, relu6, relu_n1_to_1, tanh, sign_bit };
constexpr std::array<std::string_view, 6> kActivations = {"none", "relu", "relu6", "relu_n1_to_1", "tanh", "sign_bit"};

struct Attributes {
  std::int64_t axis = 0;
  Activation activation = Activation::none;
  void fields(auto& f) {
    f("axis", axis);
    f("activation", activation, kActivations);
  }
};

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<Attributes>();
  DLAS_ASSIGN(const std::size_t axis, checked_axis(site, "axis", a.axis, in[0].rank()));
  if (a.activation != Activation::none && !is_float(in[0].dtype))
    return site.unsupported("an activation on " + std::string(dlas::text(in[0].dtype)));
  Type out(in[0].dtype, *in[0].dims);
  for (std::size_t i = 1; i < in.size(); ++i) {
    const Type want = Type(out.dtype, *out.dims);
    if (in[i].dtype != out.dtype || in[i].rank() != out.rank()) return site.wrong_input(i, dlas::text(want), in[i]);
    for (std::size_t d = 0; d < out.rank(); ++d) {
      Dim& size = (*out.dims)[d];
      if (d == axis) {
        size = sum(size, in[i].dim(d));
        continue;
      }
      const auto both = merged(size, in[i].dim(d));
      if (!both) return site.wrong_input(i, dlas::text(want) + " but for axis " + std::to_string(axis), in[i]);
      size = *both;
    }
  }
  return Types{out};
}

double activated(Activation activation, double x) {
  switch (activation) {
    case Activation::none: return x;
    case Activation::relu: return x < 0 ? 0 : x;
    case Activation::relu6: return x < 0 ? 0 : x > 6 ? 6 : x;
    case Activation::relu_n1_to_1: return x < -1 ? -1 : x > 1 ? 1 : x;
    case Activation::tanh: return std::tanh(x);
    case Activation::sign_bit: return std::signbit(x) ? 1 : 0;
  }
  return x;
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  Tensor& out = call.out[0];
  const std::size_t axis = *normalized_axis(a.axis, out.rank());
  const Strides strides = row_major(out.shape());
  std::int64_t offset = 0;
  for (const Tensor& in : call.in) {
    strided_copy(in, {0, row_major(in.shape())}, out, {offset, strides}, in.shape());
    offset += in.dim(axis) * strides[axis];
  }
  if (a.activation == Activation::none) return {};
  for_real(out.dtype(), [&]<typename T>() {
    for (T& x : out.mutable_as<T>()) x = static_cast<T>(activated(a.activation, static_cast<double>(x)));
  });
  return {};
}

}  // namespace

extern const Op concat = {.name = "Concat",
                          .inputs = "inputs...",
                          .outputs = "concat_result",
                          .attributes = &schema_of<Attributes>(),
                          .infer = infer,
                          .run = run,
                          .run_quantized = quantized::run_concat};

}  // namespace dlas::op
