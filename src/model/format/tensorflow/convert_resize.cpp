// Pictures sampled anew. Inputs: pictures NHWC, and [height, width].
#include "model/format/tensorflow/convert.h"

namespace dlas::tensorflow {
namespace {

std::string place_of(const Call& call) {
  if (call.flag("align_corners", false)) return "align_corners";
  return call.flag("half_pixel_centers", false) ? "half_pixel" : "asymmetric";
}

Outputs resize(Call& call, ValueId x, AttributeList attributes) {
  attributes.push_back({"coordinate_transformation_mode", place_of(call)});
  attributes.push_back({"axes", Numbers{1, 2}});
  DLAS_ASSIGN(const ValueId sizes, call.wide(1));
  DLAS_ASSIGN(auto out, call.build.finish("Resize", attributes, {x, kNone, kNone, sizes}));
  for (const ValueId picture : {x, out[0]})
    if (call.build.rank(picture) == 4U) call.build.graph().value(picture).type.axes = "NHWC";
  return out;
}

// TensorFlow rounds the place between pixels to 1/1024 in cubic resampling: exact only when that changes nothing.
bool exact_places(std::int64_t in, std::int64_t out, bool half) {
  constexpr std::int64_t kSteps = 1024, kMost = 1 << 20;
  return in > 0 && out > 0 && in < kMost && out < kMost && kSteps * in % (half ? 2 * out : out) == 0;
}

}  // namespace

// The answer is float32 for every type of pictures.
Outputs resize_linear(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.build.cast(call.in[0], DType::f32));
  return resize(call, x, {{"mode", std::string("linear")}});
}

// Half-pixel centres: floor((i + 0.5) scale), which is round((i + 0.5) scale - 0.5) with ties upwards.
Outputs resize_nearest(Call& call) {
  const bool rounds = place_of(call) != "asymmetric";
  const std::string nearest = rounds ? "round_prefer_ceil" : "floor";
  return resize(call, call.in[0], {{"mode", std::string("nearest")}, {"nearest_mode", nearest}});
}

// With half-pixel centres Keys' kernel of -1/2 without the pixels outside, else -3/4 with the edge repeated.
Outputs resize_cubic(Call& call) {
  if (place_of(call) == "align_corners") return cannot("cubic resampling with aligned corners");
  const bool half = place_of(call) == "half_pixel";
  const auto size = call.build.numbers(call.in[1]);
  if (!size || size->size() != 2 || !exact_places(call.build.known_size(call.in[0], 1), (*size)[0], half) ||
      !exact_places(call.build.known_size(call.in[0], 2), (*size)[1], half))
    return cannot("cubic resampling at places that TensorFlow rounds to 1/1024");
  DLAS_ASSIGN(const ValueId x, call.build.cast(call.in[0], DType::f32));
  return resize(call, x,
                {{"mode", std::string("cubic")}, {"cubic_coeff_a", half ? -0.5 : -0.75}, {"exclude_outside", half}});
}

}  // namespace dlas::tensorflow
