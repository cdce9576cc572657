#include "model/op/linear_pair.h"

#include <cmath>

#include "model/op/real.h"

namespace dlas::op {

Result<Types> linear_pair_types(const Site& site, const Types& in) {
  DLAS_TRY(check_linear(site, in, kA, kAScale, kAZero));
  DLAS_TRY(check_linear(site, in, kB, kBScale, kBZero));
  if (in[kB].dtype != in[kA].dtype) return site.wrong_input(kB, text(in[kA].dtype), in[kB]);
  DLAS_TRY(check_linear_output(site, in, in[kA].dtype, kYScale, kYZero));
  auto dims = broadcast(*in[kA].dims, *in[kB].dims);
  if (!dims) return site.wrong_input(kB, "sizes that broadcast with " + text(in[kA]), in[kB]);
  return Types{Type(in[kA].dtype, *std::move(dims))};
}

Status run_linear_pair(const Call& call, const std::function<float(std::int32_t, std::int32_t)>& f) {
  Tensor& out = call.out[0];
  const auto fill = [&]<typename T>(T) {
    const auto a = call.in[kA].as<T>(), b = call.in[kB].as<T>();
    const auto y = out.mutable_as<T>();
    std::size_t i = 0;
    for (Walk<2> w(out.shape(), {broadcast_strides(call.in[kA].shape(), out.shape()),
                                 broadcast_strides(call.in[kB].shape(), out.shape())});
         !w.done(); w.next()) {
      const float real = f(a[static_cast<std::size_t>(w.offset(0))], b[static_cast<std::size_t>(w.offset(1))]);
      y[i++] = static_cast<T>(to_integer(std::nearbyint(real), out.dtype()));
    }
  };
  if (out.dtype() == DType::u8) fill(std::uint8_t{});
  else fill(std::int8_t{});
  return {};
}

bool is_one_number_a_row(const Call& call, std::size_t slot) {
  const Shape& out = call.out[0].shape();
  const Strides mine = broadcast_strides(call.in[slot].shape(), out);
  for (std::size_t axis = out.size(); axis-- > 0;)
    if (out[axis] > 1) return mine[axis] == 0;
  return false;
}

}  // namespace dlas::op
