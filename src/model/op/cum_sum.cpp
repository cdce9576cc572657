// CumSum: running sums along one axis.                                                       ONNX CumSum, opset 14
// exclusive: an element's own value is left out; reverse: from the end. Floats are summed in float64, integers wrap.
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

struct Attributes {
  std::int64_t exclusive = 0;
  std::int64_t reverse = 0;
  void fields(auto& f) {
    f("exclusive", exclusive);
    f("reverse", reverse);
  }
};

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_TRY(check_member(site, in, 0, kNumbers));
  const bool one = !in[1].fixed() || in[1].is_scalar_like();
  if ((in[1].dtype != DType::i64 && in[1].dtype != DType::i32) || !one) return site.wrong_input(1, "one int64", in[1]);
  if (const Tensor* axis = site.constant(1); axis && !normalized_axis(axis->integer(0), in[0].rank()))
    return site.wrong_input(1, "an axis of " + text(in[0]), std::to_string(axis->integer(0)));
  return Types{in[0].with_dtype(in[0].dtype)};
}

template <typename T>
void run_line(const T* x, T* y, std::int64_t size, std::int64_t stride, const Attributes& a) {
  Computed<T> running{0};
  for (std::int64_t i = 0; i < size; ++i) {
    const std::int64_t at = (a.reverse != 0 ? size - 1 - i : i) * stride;
    const auto next = wrapped_add(running, static_cast<Computed<T>>(x[at]));
    y[at] = static_cast<T>(a.exclusive != 0 ? running : next);
    running = next;
  }
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const Shape& shape = call.in[0].shape();
  const std::size_t axis = *normalized_axis(call.in[1].integer(0), shape.size());
  const std::int64_t inner = count(std::span(shape).subspan(axis + 1)), size = shape[axis];
  if (call.in[0].count() == 0) return {};
  for_number(call.in[0].dtype(), [&]<typename T>() {
    const T* x = call.in[0].as<T>().data();
    T* y = call.out[0].mutable_as<T>().data();
    for (std::int64_t i = 0; i < call.in[0].count() / size; ++i) {
      const std::int64_t start = i / inner * inner * size + i % inner;
      run_line(x + start, y + start, size, inner, a);
    }
  });
  return {};
}

}  // namespace

const Op cum_sum = {.name = "CumSum",
                    .inputs = "x axis",
                    .outputs = "y",
                    .attributes = &schema_of<Attributes>(),
                    .infer = infer,
                    .run = run};

}  // namespace dlas::op
