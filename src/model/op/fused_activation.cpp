// The type rule of arithmetic with a fused activation.
#include "model/op/fused_activation.h"

namespace dlas::op {

Result<Types> arithmetic_types(const Site& site, const Types& in) {
  const Activation activation = site.attributes<Arithmetic>().activation;
  const bool rectifier = activation != Activation::tanh && activation != Activation::sign_bit;
  if (!rectifier && !is_float(in[0].dtype) && !in[0].quantized())
    return site.wrong_attribute("activation", "none, relu, relu6 or relu_n1_to_1 after integers",
                                kActivationNames[static_cast<std::size_t>(activation)]);
  return number_broadcast_types(site, in);
}

}  // namespace dlas::op
