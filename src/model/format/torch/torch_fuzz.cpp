// Whole files of PyTorch: archives and the older row of pickles -> graph -> one run on zeros.
#include <cstddef>
#include <cstdint>
#include <span>

#include "model/executor/zeros_testing.h"
#include "model/format/torch/reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  dlas::testing::small_budgets();
  const auto read = dlas::torch::read(std::span(reinterpret_cast<const std::byte*>(data), size), nullptr, "fuzz.pt");
  if (read.ok()) dlas::testing::run_on_zeros(read->graph);
  return 0;
}
