// Trilu: the upper (or lower) triangle of each matrix; the rest is 0.                               ONNX Trilu, opset 14
// k shifts the diagonal: kept are the places with column - row >= k (upper) or <= k (lower).
#include "model/op/elementwise.h"

namespace dlas::op {
namespace {

struct Attributes {
  bool upper = true;
  void fields(auto& f) { f("upper", upper); }
};

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_TRY(check_member(site, in, 0, kAnything));
  if (in[0].rank() < 2) return site.wrong_input(0, "at least two axes", in[0]);
  if (in.has(1) && (in[1].dtype != DType::i64 || (in[1].fixed() && !in[1].is_scalar_like())))
    return site.wrong_input(1, "one int64", in[1]);
  return Types{in[0].plain()};
}

Status run(const Call& call) {
  const bool upper = call.attributes<Attributes>().upper;
  const std::int64_t k = call.has(1) ? call.in[1].integer(0) : 0;
  const Shape& shape = call.in[0].shape();
  const std::int64_t columns = shape.back(), rows = shape[shape.size() - 2];
  for_any(call.in[0].dtype(), [&]<typename T>() {
    const T* x = call.in[0].as<T>().data();
    T* y = call.out[0].mutable_as<T>().data();
    for (std::int64_t i = 0; i < call.in[0].count(); ++i) {
      const std::int64_t beside = i % columns - i / columns % rows;
      if (upper ? beside >= k : beside <= k) y[i] = x[i];
    }
  });
  return {};
}

}  // namespace

extern const Op trilu = {
    .name = "Trilu",
    .inputs = "input k?",
    .outputs = "output",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
};

}  // namespace dlas::op
