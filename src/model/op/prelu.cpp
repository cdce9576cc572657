// PRelu: x from 0 up, slope x below; slope is broadcast to x, not the other way round.   ONNX PRelu, opset 16
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"
#include "model/op/quantized/run.h"

namespace dlas::op {
namespace {

Result<Types> infer(const Site& site, const Types& in) {
  for (std::size_t slot : {0U, 1U}) DLAS_TRY(check_member(site, in, slot, kNumbers));
  DLAS_ASSIGN(const auto dims, broadcast_inputs(site, in));
  bool fits = dims.size() == in[0].rank();
  for (std::size_t i = 0; fits && i < dims.size(); ++i) fits = may_equal(dims[i], in[0].dim(i));
  if (!fits) return site.wrong_input(1, "a shape that broadcasts to " + text(in[0]), in[1]);
  return Types{in[0].with_dtype(in[0].dtype)};
}

Status run(const Call& call) {
  return zip_numbers(call, []<typename T>(T x, T slope) { return x < T{0} ? wrapped_mul(x, slope) : x; });
}

}  // namespace

const Op prelu = {.name = "PRelu",
                  .inputs = "x slope",
                  .outputs = "y",
                  .infer = infer,
                  .run = run,
                  .run_quantized = quantized::run_prelu,
                  .elementwise = true};

}  // namespace dlas::op
