// Any bytes -> named tensors or a typed error.
#include <cstddef>
#include <cstdint>
#include <span>

#include "model/executor/zeros_testing.h"
#include "model/format/safetensors/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  dlas::testing::small_budgets();
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
  static_cast<void>(dlas::safetensors::read(bytes, nullptr, "fuzz.safetensors"));
  return 0;
}
