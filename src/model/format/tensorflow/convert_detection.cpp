// Suppression of boxes that overlap.
#include <cmath>

#include "model/format/tensorflow/convert.h"

namespace dlas::tensorflow {
namespace {

// TensorFlow drops a box above the threshold, the graph's operator from the threshold on: the next larger number.
Result<ValueId> overlap(Call& call, ValueId threshold) {
  const Tensor* known = call.build.constant(threshold);
  if (!known || known->dtype() != DType::f32 || known->count() != 1) return cannot("a threshold that is computed");
  return call.build.constant(Tensor::scalar(std::nextafter(known->as<float>()[0], INFINITY)), "overlap");
}

// With a sigma TensorFlow lowers scores in another order than LiteRT, whose operator this is.
bool without_sigma(const Call& call) {
  const Tensor* sigma = call.build.constant(call.in[5]);
  return sigma && sigma->dtype() == DType::f32 && sigma->count() == 1 && sigma->as<float>()[0] == 0;
}

Result<ValueId> cut_to(Call& call, ValueId list, ValueId count, std::size_t output) {
  Build& build = call.build;
  DLAS_ASSIGN(const ValueId wide, build.cast(count, DType::i64));
  DLAS_ASSIGN(const ValueId end, build.step("Unsqueeze", {}, {wide, build.list({0})}));
  return build.finish_one("Slice", {}, {list, build.list({0}), end, build.list({0})}, output);
}

}  // namespace

// Inputs: boxes, scores, most, overlap, score, and in version 5 sigma. The graph's operator fills its lists up with 0: they are
// cut to the number found, unless pad_to_max_output_size is set. Outputs: indices, in version 5 scores, from version 4 on
// the number found.
Outputs suppression(Call& call) {
  Build& build = call.build;
  const bool third = call.node.op.ends_with("V3"), fifth = call.node.op.ends_with("V5");
  std::vector<ValueId> in(call.in.begin(), call.in.begin() + (fifth ? 6 : 5));
  if (fifth && !without_sigma(call)) return cannot("a sigma");
  DLAS_ASSIGN(in[3], overlap(call, in[3]));
  DLAS_ASSIGN(const auto found, build.step_many("PaddedNonMaxSuppression", {}, in, 3));
  std::vector<ValueId> out{found[0]};
  if (fifth) out.push_back(found[1]);
  if (!call.flag("pad_to_max_output_size", false))
    for (std::size_t i = 0; i < out.size(); ++i) {
      DLAS_ASSIGN(out[i], cut_to(call, out[i], found[2], i));
    }
  if (!third) out.push_back(found[2]);
  return out;
}

}  // namespace dlas::tensorflow
