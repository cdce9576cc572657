// EyeLike: a matrix of the input's shape with ones on diagonal k, zeros elsewhere.               ONNX EyeLike, opset 9 to 22
#include "model/op/op.h"

namespace dlas::op {
namespace {

struct Attributes {
  std::optional<DType> dtype;
  std::int64_t k = 0;
  void fields(auto& f) {
    f("dtype", dtype);
    f("k", k);
  }
};

Result<Types> infer(const Site& site, const Types& in) {
  if (in[0].rank() != 2) return site.wrong_input(0, "two axes", in[0]);
  const DType dtype = site.attributes<Attributes>().dtype.value_or(in[0].dtype);
  if (is_packed(dtype)) return site.unsupported("a result of " + std::string(text(dtype)));
  return Types{Type(dtype, *in[0].dims)};
}

Status run(const Call& call) {
  Tensor& out = call.out[0];
  const std::int64_t k = call.attributes<Attributes>().k, rows = out.dim(0), columns = out.dim(1);
  for_any(out.dtype(), [&]<typename T>() {
    if (k <= -rows || k >= columns) return;
    for (std::int64_t r = k < 0 ? -k : 0; r < rows && r + k < columns; ++r)
      out.mutable_as<T>()[static_cast<std::size_t>(r * columns + r + k)] = static_cast<T>(1);
  });
  return {};
}

}  // namespace

extern const Op eye_like = {.name = "EyeLike",
                            .inputs = "input",
                            .outputs = "output",
                            .attributes = &schema_of<Attributes>(),
                            .infer = infer,
                            .run = run};

}  // namespace dlas::op
