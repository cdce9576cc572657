#include "model/op/real.h"

#include <cmath>
#include <limits>

namespace dlas::op {

std::vector<double> reals(const Tensor& tensor) {
  std::vector<double> out(static_cast<std::size_t>(tensor.count()));
  if (is_packed(tensor.dtype())) return reals(tensor.widened());
  for_any(tensor.dtype(), [&]<typename T>() {
    std::ranges::transform(tensor.as<T>(), out.begin(), [](T v) { return static_cast<double>(v); });
  });
  return out;
}

std::vector<double> reals(const Call& call, std::size_t slot) {
  const Tensor& tensor = call.in[slot];
  std::vector<double> out = reals(tensor);
  const Quantization* q = slot < call.in_types.size() ? call.in_types[slot].quantization.get() : nullptr;
  if (!q || is_float(tensor.dtype())) return out;
  const std::size_t axis = q->per_axis() ? static_cast<std::size_t>(q->axis) : 0;
  const std::int64_t inner =
      q->per_axis() ? count(std::span(tensor.shape()).subspan(std::min(axis + 1, tensor.rank()))) : 1;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t s = q->per_axis() ? i / static_cast<std::size_t>(inner) % q->scales.size() : 0;
    out[i] = q->scales[s] * (out[i] - static_cast<double>(s < q->zero_points.size() ? q->zero_points[s] : 0));
  }
  return out;
}

void activate(Activation activation, std::span<double> values) {
  if (activation == Activation::none) return;
  for (double& v : values) v = activated(activation, v);
}

std::int64_t to_integer(double value, DType dtype) {
  if (std::isnan(value)) return 0;
  const int width = bits(dtype);
  const double low = is_signed_int(dtype) ? -std::ldexp(1.0, width - 1) : 0.0;
  const double high = std::ldexp(1.0, is_signed_int(dtype) ? width - 1 : width);
  const double rounded = std::nearbyint(value);
  if (rounded <= low) return static_cast<std::int64_t>(low);
  // The largest 64-bit numbers are not doubles; uint64 saturates at int64's largest here.
  if (rounded >= high || rounded >= 0x1p63)
    return high >= 0x1p63 ? std::numeric_limits<std::int64_t>::max() : static_cast<std::int64_t>(high) - 1;
  return static_cast<std::int64_t>(rounded);
}

void store(std::span<const double> values, Tensor& out) {
  if (is_float(out.dtype())) {
    for_real(out.dtype(), [&]<typename T>() {
      std::ranges::transform(values, out.mutable_as<T>().begin(), [](double v) { return static_cast<T>(v); });
    });
    return;
  }
  for_int(out.dtype(), [&]<typename T>() {
    std::ranges::transform(values, out.mutable_as<T>().begin(),
                           [&](double v) { return static_cast<T>(to_integer(v, out.dtype())); });
  });
}

bool is_real(const Type& type) { return is_float(type.dtype) || type.quantized(); }

Status check_real(const Site& site, const Types& in, std::size_t slot) {
  const Type& type = in[slot];
  if (!is_real(type)) return site.wrong_input(slot, "floats", type);
  if (slot > 0 && !type.quantized() && !in[0].quantized() && type.dtype != in[0].dtype)
    return site.wrong_input(slot, text(in[0].dtype), type);
  return {};
}

Status check_rank(const Site& site, const Types& in, std::size_t slot, std::size_t rank) {
  if (in[slot].rank() != rank) return site.wrong_input(slot, std::to_string(rank) + " axes", in[slot]);
  return {};
}

Status check_vector(const Site& site, const Types& in, std::size_t slot, const Dim& size) {
  if (!in.has(slot)) return {};
  if (in[slot].rank() != 1 || !may_equal(in[slot].dim(0), size))
    return site.wrong_input(slot, "one axis of " + text(size), in[slot]);
  return {};
}

}  // namespace dlas::op
