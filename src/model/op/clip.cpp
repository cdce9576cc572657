// Clip: min(max(input, lower), upper), element by element.                                ONNX Clip, opset 13
// When the limits cross, the upper one wins; NaN stays NaN. Frameworks part ways in two corners (seen with ONNX Runtime
// 1.32 and the reference evaluator of ONNX 1.23); we go with ONNX's text where it speaks, else with ONNX Runtime:
//   missing limit   the largest finite value, so infinity becomes finite; the evaluator leaves infinity alone
//   limit is NaN    no limit; the evaluator makes every element NaN
// Opset 6 has the limits as attributes. Readers make inputs of them, so that this file knows one form only.
#include <algorithm>
#include <limits>

#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

enum Input { kInput, kMin, kMax };  // kMin and kMax may be absent

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_TRY(check_member(site, in, kInput, kNumbers));
  for (const std::size_t limit : {kMin, kMax}) {
    if (!in.has(limit)) continue;
    const bool one = !in[limit].fixed() || in[limit].is_scalar_like();
    if (in[limit].dtype != in[kInput].dtype || !one)
      return site.wrong_input(limit, "one " + std::string(short_text(in[kInput].dtype)), in[limit]);
  }
  return Types{in[kInput].with_dtype(in[kInput].dtype)};
}

template <typename T>
T finite_limit(bool upper) {
  if constexpr (std::is_same_v<T, Half>) return Half(upper ? 65504.0 : -65504.0);
  else if constexpr (std::is_same_v<T, BFloat16>) return BFloat16(upper ? 0x1.fep127 : -0x1.fep127);
  else return upper ? std::numeric_limits<T>::max() : std::numeric_limits<T>::lowest();
}

Status run(const Call& call) {
  for_number(call.in[kInput].dtype(), [&]<typename T>() {
    const Computed<T> lower = call.has(kMin) ? call.in[kMin].as<T>()[0] : finite_limit<T>(false);
    const Computed<T> upper = call.has(kMax) ? call.in[kMax].as<T>()[0] : finite_limit<T>(true);
    const auto x = call.in[kInput].as<T>();
    const auto y = call.out[0].mutable_as<T>();
    // std::max and std::min return their first argument when either is NaN, so the order matters.
    for (std::size_t i = 0; i < x.size(); ++i)
      y[i] = static_cast<T>(std::min(std::max(static_cast<Computed<T>>(x[i]), lower), upper));
  });
  return {};
}

}  // namespace

const Op clip = {
    .name = "Clip", .inputs = "input min? max?", .outputs = "output", .infer = infer, .run = run, .elementwise = true};

}  // namespace dlas::op
