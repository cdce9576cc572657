#include "study/convert/probes.h"

#include <random>

#include "base/half.h"
#include "base/text.h"

namespace dlas::study {
namespace {

// std::mt19937_64 is defined to the bit; the distributions of the standard library are not.
double unit(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }

template <typename T>
void fill(Tensor& tensor, std::mt19937_64& random, double low, double high) {
  for (T& x : tensor.mutable_as<T>()) x = static_cast<T>(low + (high - low) * unit(random));
}

bool fill(Tensor& tensor, std::mt19937_64& random) {
  switch (tensor.dtype()) {
    case DType::f64: fill<double>(tensor, random, -1, 1); return true;
    case DType::f32: fill<float>(tensor, random, -1, 1); return true;
    case DType::f16: fill<Half>(tensor, random, -1, 1); return true;
    case DType::i8: fill<std::int8_t>(tensor, random, -127.99, 127.99); return true;
    case DType::u8: fill<std::uint8_t>(tensor, random, 0, 255.99); return true;
    case DType::i16: fill<std::int16_t>(tensor, random, -32767.99, 32767.99); return true;
    case DType::u16: fill<std::uint16_t>(tensor, random, 0, 65535.99); return true;
    case DType::i32: fill<std::int32_t>(tensor, random, 0, 2); return true;
    case DType::i64: fill<std::int64_t>(tensor, random, 0, 2); return true;
    case DType::u32: fill<std::uint32_t>(tensor, random, 0, 2); return true;
    case DType::u64: fill<std::uint64_t>(tensor, random, 0, 2); return true;
    case DType::boolean:
      for (bool& x : tensor.mutable_as<bool>()) x = unit(random) < 0.5;
      return true;
    default: return false;
  }
}

}  // namespace

Result<std::vector<data::NamedTensor>> probe(const Graph& graph, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<data::NamedTensor> out;
  for (const ValueId v : graph.inputs) {
    const Value& value = graph.value(v);
    if (!value.type.ranked())
      return make_error(Code::unsupported, "inputs of known rank", text(value.type))
          .at_slot("input '" + value.name + "'");
    Shape shape;
    for (const Dim& d : *value.type.dims) shape.push_back(d.known() ? d.size() : 1);
    DLAS_ASSIGN(Tensor tensor, Tensor::zeros(value.type.dtype, std::move(shape)));
    if (!fill(tensor, random))
      return make_error(Code::unsupported, "inputs of numbers", text(value.type)).at_slot("input '" + value.name + "'");
    out.emplace_back(value.name, std::move(tensor));
  }
  return out;
}

}  // namespace dlas::study
