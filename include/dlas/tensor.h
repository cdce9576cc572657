// Numbers with a shape, as models take and give them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace dlas {
inline namespace v1 {

// Row-major and contiguous, little-endian. Owns its bytes.
struct Tensor {
  std::string dtype;                // "float32", "float64", "float16", "bfloat16", "int8" ... "uint64", "bool"
  std::vector<std::int64_t> shape;  // sizes, none negative; empty for a single number
  std::vector<std::byte> bytes;     // the elements; int4 and uint4 are widened to a byte each

  // Of float32 elements; as many as the product of `sizes`.
  static Tensor of(std::vector<std::int64_t> sizes, const std::vector<float>& elements);
  // The elements of a float32 tensor; none for any other dtype.
  std::vector<float> floats() const;
};

// By the names of a model's inputs or values.
using Tensors = std::map<std::string, Tensor>;

}  // namespace v1
}  // namespace dlas
