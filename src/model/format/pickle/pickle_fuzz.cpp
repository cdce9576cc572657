// Any bytes -> a tree of plain values or a typed error; then the tensors in it.
#include <cstddef>
#include <cstdint>
#include <span>

#include "model/executor/zeros_testing.h"
#include "model/format/torch/stored_tensor.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  dlas::testing::small_budgets();
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
  const auto pickle = dlas::pickle::read(bytes, dlas::torch::is_data_global);
  if (!pickle.ok()) return 0;
  dlas::torch::CopyBudget budget{1 << 16};
  const dlas::torch::Storages storages = [&](std::string_view) -> dlas::Result<dlas::torch::Source> {
    return dlas::torch::Source{bytes, nullptr, "fuzz", 0};
  };
  for (dlas::pickle::Id id = 0; id < pickle->items.size(); ++id)
    if (dlas::torch::is_tensor(*pickle, id))
      static_cast<void>(dlas::torch::read_tensor(*pickle, id, "t", storages, budget));
  return 0;
}
