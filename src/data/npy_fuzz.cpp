// Any bytes as .npy and .npz: arrays or an error; arrays are written and read back equal.
#include <cstdint>

#include "base/limits.h"
#include "data/npy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  dlas::limits().inflated_bytes = 1 << 22;
  const auto bytes = std::as_bytes(std::span(data, size));
  if (const auto tensor = dlas::data::parse_npy(bytes); tensor.ok()) {
    const std::string written = dlas::data::npy_bytes(*tensor);
    const auto again = dlas::data::parse_npy(std::as_bytes(std::span(written.data(), written.size())));
    if (!again.ok() || !again->same_bits(*tensor)) __builtin_trap();
  }
  if (const auto arrays = dlas::data::parse_npz(bytes); arrays.ok()) {
    const auto written = dlas::data::npz_bytes(*arrays);
    if (written.ok() && !dlas::data::parse_npz(std::as_bytes(std::span(written->data(), written->size()))).ok())
      __builtin_trap();
  }
  return 0;
}
