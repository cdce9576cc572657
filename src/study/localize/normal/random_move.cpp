#include "study/localize/normal/random_move.h"

#include <algorithm>

namespace dlas::study::localize {
namespace {

template <typename T>
Tensor moved(const Tensor& tensor, double unit, std::uint64_t seed) {
  Tensor out = tensor.clone();
  std::uint64_t i = 0;
  for (T& x : out.mutable_as<T>()) {
    const auto real = static_cast<double>(x);
    x = static_cast<T>(real + real * unit * random_unit(seed, i++));
  }
  return out;
}

Tensor moved_by_scales(const Tensor& tensor, const Quantization& q, std::uint64_t seed) {
  Tensor out = tensor.clone();
  std::size_t inner = 1;  // elements for which the axis stands still
  for (std::size_t axis = tensor.rank(); q.per_axis() && axis-- > static_cast<std::size_t>(q.axis) + 1;)
    inner *= static_cast<std::size_t>(tensor.dim(axis));
  std::size_t i = 0;
  for (float& x : out.mutable_as<float>()) {
    const std::size_t slice = q.per_axis() ? i / std::max<std::size_t>(inner, 1) % q.scales.size() : 0;
    x = static_cast<float>(static_cast<double>(x) + q.scales[slice] / 2 * random_unit(seed, i));
    ++i;
  }
  return out;
}

}  // namespace

double random_unit(std::uint64_t seed, std::uint64_t element) {
  std::uint64_t z = (seed << 40) ^ element;
  z += 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  z ^= z >> 31;
  return static_cast<double>(z >> 11) * 0x1p-52 - 1;
}

Tensor moved_relative(const Tensor& tensor, double unit, std::uint64_t seed) {
  if (tensor.dtype() == DType::f32) return moved<float>(tensor, unit, seed);
  if (tensor.dtype() == DType::f64) return moved<double>(tensor, unit, seed);
  return tensor;
}

Tensor moved_within_steps(const Tensor& tensor, const Quantization* q, std::uint64_t seed) {
  if (q != nullptr && tensor.dtype() == DType::f32 && !q->scales.empty()) return moved_by_scales(tensor, *q, seed);
  switch (tensor.dtype()) {
    case DType::f16: return moved<Half>(tensor, 0x1p-11, seed);
    case DType::bf16: return moved<BFloat16>(tensor, 0x1p-8, seed);
    default: return tensor;
  }
}

}  // namespace dlas::study::localize
