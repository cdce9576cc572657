// Range: start, start + delta, ... below limit (above for a negative delta).                           ONNX Range, opset 11
//
// There are max(ceil((limit - start) / delta), 0) numbers; number i is start + i delta, rounded once.
#include <algorithm>
#include <cmath>

#include "base/limits.h"
#include "model/op/shape_rule.h"

namespace dlas::op {
namespace {

enum Input { kStart, kLimit, kDelta };

// How many; nothing when delta is 0 or the number is beyond all limits.
std::optional<std::int64_t> length(const Tensor& start, const Tensor& limit, const Tensor& delta) {
  if (is_int(start.dtype())) {
    const std::int64_t first = start.integer(0), last = limit.integer(0), step = delta.integer(0);
    if (step == 0) return std::nullopt;
    if (first == last || (last > first) != (step > 0)) return 0;
    // Unsigned, where differences of any two numbers fit.
    const auto distance =
        static_cast<std::uint64_t>(std::max(first, last)) - static_cast<std::uint64_t>(std::min(first, last));
    const auto stride =
        step > 0 ? static_cast<std::uint64_t>(step) : std::uint64_t{0} - static_cast<std::uint64_t>(step);
    const std::uint64_t n = (distance - 1) / stride + 1;
    if (n > limits().elements) return std::nullopt;
    return static_cast<std::int64_t>(n);
  }
  const double n = std::ceil((limit.number(0) - start.number(0)) / delta.number(0));
  if (!(n <= static_cast<double>(limits().elements))) return std::nullopt;
  return n > 0 ? static_cast<std::int64_t>(n) : 0;
}

Result<Types> infer(const Site& site, const Types& in) {
  const DType dtype = in[kStart].dtype;
  if (!is_float(dtype) && (!is_int(dtype) || is_packed(dtype)))
    return site.wrong_input(kStart, "one number", in[kStart]);
  for (std::size_t s = kStart; s <= kDelta; ++s)
    if (in[s].dtype != dtype || (in[s].fixed() && !in[s].is_scalar_like()))
      return site.wrong_input(s, "one " + std::string(dlas::text(dtype)), in[s]);
  if (!site.constant(kStart) || !site.constant(kLimit) || !site.constant(kDelta)) return Types{Type(dtype, {Dim()})};
  const auto n = length(*site.constant(kStart), *site.constant(kLimit), *site.constant(kDelta));
  if (!n)
    return site.wrong_input(kDelta, "a step that ends within the limit of elements",
                            std::to_string(site.constant(kDelta)->number(0)));
  return Types{Type(dtype, {*n})};
}

Status run(const Call& call) {
  const Tensor &start = call.in[kStart], &delta = call.in[kDelta];
  for_number(start.dtype(), [&]<typename T>() {
    const auto out = call.out[0].mutable_as<T>();
    for (std::size_t i = 0; i < out.size(); ++i) {
      if constexpr (is_real_v<T>) out[i] = static_cast<T>(start.number(0) + static_cast<double>(i) * delta.number(0));
      else
        out[i] = static_cast<T>(static_cast<std::uint64_t>(start.integer(0)) +
                                i * static_cast<std::uint64_t>(delta.integer(0)));
    }
  });
  return {};
}

}  // namespace

extern const Op range = {
    .name = "Range", .inputs = "start limit delta", .outputs = "output", .infer = infer, .run = run};

}  // namespace dlas::op
