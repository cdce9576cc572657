#include "model/op/matrix_units.h"

#include "model/op/real.h"

namespace dlas::op {

Status check_bytes(const Site& site, const Types& in, std::size_t slot) {
  if (in[slot].dtype == DType::i8 || in[slot].dtype == DType::u8) return {};
  return site.wrong_input(slot, "int8 or uint8", in[slot]);
}

Status check_units_of(const Site& site, const Types& in, std::size_t slot, std::size_t of, Side side) {
  if (!in.has(slot)) return {};
  const Type &units = in[slot], &matrix = in[of];
  if (units.is_scalar_like()) return {};
  std::vector<Dim> dims = *units.dims;
  if (side == Side::left && dims.size() == 1) dims.emplace_back(1);
  const std::size_t summed = side == Side::left ? 1 : 2;  // counted from the end: the axis of the products
  const auto both = matrix.rank() < 2 ? std::nullopt : broadcast(*matrix.dims, dims);
  const bool whole = dims.size() < summed || may_equal(dims[dims.size() - summed], 1);
  if (both && both->size() == matrix.rank() && whole) return {};
  return site.wrong_input(slot, side == Side::left ? "one number, or one a row" : "one number, or one a column", units);
}

Shape units_shape(const Tensor& units, Side side) {
  if (units.count() == 1) return {};
  Shape shape = units.shape();
  if (side == Side::left && shape.size() == 1) shape.push_back(1);
  return shape;
}

std::vector<double> less_zero(const Call& call, std::size_t matrix, std::size_t zero, Side side) {
  std::vector<double> out = reals(call.in[matrix]);
  if (!call.has(zero)) return out;
  const std::vector<double> zeros = reals(call.in[zero]);
  const Shape& shape = call.in[matrix].shape();
  std::size_t i = 0;
  for (Walk<1> w(shape, {broadcast_strides(units_shape(call.in[zero], side), shape)}); !w.done(); w.next())
    out[i++] -= zeros[static_cast<std::size_t>(w.offset(0))];
  return out;
}

}  // namespace dlas::op
