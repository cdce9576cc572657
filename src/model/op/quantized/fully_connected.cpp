// y[b, o] = sum over c of x[b, c] w[o, c]. Every leading size of x is a batch.
#include "model/op/quantized/centred.h"
#include "model/op/quantized/convolution.h"

namespace dlas::op::quantized {

void fully_connected(const Input& x, const Input& w, const Tensor* bias, Output& y, Kernels kernels) {
  const std::int64_t outputs = w.tensor->dim(0), inputs = w.tensor->dim(1);
  const std::int64_t batches = inputs == 0 ? 0 : x.tensor->count() / inputs;
  const Requantizer requantized(Kind::fully_connected, x, w, y, outputs, kernels);
  const auto data = centred(x), weights = centred(w);
  const auto biases = bias_values(bias, outputs);
  for_quantized(x.tensor->dtype(), [&]<typename T>() {
    for_sum(x.tensor->dtype(), [&]<typename Sum>() {
      T* out = y.tensor->mutable_as<T>().data();
      for (std::int64_t b = 0; b < batches; ++b)
        for (std::int64_t o = 0; o < outputs; ++o) {
          Sum sum = dot<Sum>(data.data() + b * inputs, weights.data() + o * inputs, inputs);
          add_to(sum, biases[static_cast<std::size_t>(o)]);
          *out++ = static_cast<T>(requantized(sum, o));
        }
    });
  });
}

}  // namespace dlas::op::quantized
