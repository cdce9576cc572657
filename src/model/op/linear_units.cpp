#include "model/op/linear_units.h"

#include "model/op/matrix_units.h"

namespace dlas::op {

Status check_linear_output(const Site& site, const Types& in, DType dtype, std::size_t scale, std::size_t zero) {
  if (!is_float(in[scale].dtype) || in[scale].count().value_or(1) != 1)
    return site.wrong_input(scale, "one float", in[scale]);
  if (!in.has(zero)) return {};
  if (in[zero].dtype != dtype || in[zero].count().value_or(1) != 1)
    return site.wrong_input(zero, "one " + std::string(text(dtype)), in[zero]);
  return {};
}

Status check_linear(const Site& site, const Types& in, std::size_t tensor, std::size_t scale, std::size_t zero) {
  DLAS_TRY(check_bytes(site, in, tensor));
  return check_linear_output(site, in, in[tensor].dtype, scale, zero);
}

float scale_of(const Call& call, std::size_t slot) { return static_cast<float>(call.in[slot].number(0)); }

std::int32_t zero_of(const Call& call, std::size_t slot) {
  return call.has(slot) ? static_cast<std::int32_t>(call.in[slot].integer(0)) : 0;
}

std::vector<std::int32_t> centred(const Call& call, std::size_t tensor, std::size_t zero) {
  const std::int32_t z = zero_of(call, zero);
  std::vector<std::int32_t> out;
  out.reserve(static_cast<std::size_t>(call.in[tensor].count()));
  const auto take = [&](auto values) {
    for (const auto v : values) out.push_back(v - z);
  };
  if (call.in[tensor].dtype() == DType::u8) take(call.in[tensor].as<std::uint8_t>());
  else take(call.in[tensor].as<std::int8_t>());
  return out;
}

}  // namespace dlas::op
