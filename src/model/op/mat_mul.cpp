// MatMul: the matrix product of NumPy, with broadcast leading axes.                           ONNX MatMul, opset 1 to 13
// Floats are summed in float64; integers too, exactly while sums stay below 2^53.
#include "model/op/list_nn.h"
#include "model/op/matrix.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

struct Attributes {
  bool adj_x = false, adj_y = false;  // TFLite BATCH_MATMUL: the last two axes change places first
  void fields(auto& f) {
    f("adj_x", adj_x);
    f("adj_y", adj_y);
  }
};

Type adjoint(Type type, bool swap) {
  if (swap) std::swap((*type.dims)[type.rank() - 1], (*type.dims)[type.rank() - 2]);
  return type;
}

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<Attributes>();
  if (in[0].dtype == DType::boolean) return site.wrong_input(0, "numbers", in[0]);
  if (in[1].dtype != in[0].dtype && !in[1].quantized()) return site.wrong_input(1, text(in[0].dtype), in[1]);
  if (a.adj_x && in[0].rank() < 2) return site.wrong_input(0, "at least two axes", in[0]);
  if (a.adj_y && in[1].rank() < 2) return site.wrong_input(1, "at least two axes", in[1]);
  DLAS_ASSIGN(std::vector<Dim> dims, matmul_dims(site, Types{adjoint(in[0], a.adj_x), adjoint(in[1], a.adj_y)}, 0, 1));
  return Types{Type(in[0].dtype, std::move(dims))};
}

void swap_last(std::vector<double>& values, Shape& shape) {
  const std::int64_t rows = shape[shape.size() - 2], columns = shape.back(), area = rows * columns;
  std::swap(shape[shape.size() - 2], shape.back());
  std::vector<double> out(values.size());
  for (std::size_t at = 0; area > 0 && at < values.size(); at += static_cast<std::size_t>(area)) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(at);
    std::ranges::copy(transposed({begin, begin + area}, rows, columns), out.begin() + static_cast<std::ptrdiff_t>(at));
  }
  values = std::move(out);
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  Shape x_shape = call.in[0].shape(), y_shape = call.in[1].shape();
  std::vector<double> x = reals(call, 0), y = reals(call, 1);
  if (a.adj_x) swap_last(x, x_shape);
  if (a.adj_y) swap_last(y, y_shape);
  store(matmul_values(x_shape, x, y_shape, y), call.out[0]);
  return {};
}

Cost cost(const Site& site, const Types& in, const Types& out) {
  return matmul_cost(Types{adjoint(in[0], site.attributes<Attributes>().adj_x), in[1]}, out, 0);
}

}  // namespace

const Op mat_mul = {
    .name = "MatMul",
    .inputs = "A B",
    .outputs = "Y",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .cost = cost,
    .units = Units::real,
};

}  // namespace dlas::op
