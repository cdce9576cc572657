// TFLite bytes -> graph -> one run on zeros: whatever the bytes, an answer or a typed error, within small budgets.
#include <cstddef>
#include <cstdint>
#include <span>

#include "model/executor/zeros_testing.h"
#include "model/format/tflite/reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  dlas::testing::small_budgets();
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
  const auto graph = dlas::tflite::read(bytes, nullptr, "fuzz.tflite");
  if (graph.ok()) dlas::testing::run_on_zeros(*graph);
  return 0;
}
