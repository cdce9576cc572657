// Tensors by name, as an archive has them: a pickled dict, or a list in JSON beside one member for each tensor.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/format/torch/archive.h"
#include "model/format/torch/stored_tensor.h"

namespace dlas::torch {

using NamedTensors = std::map<std::string, StoredTensor, std::less<>>;

// The tensors of a pickled dict in a zip archive that torch.save wrote, or a dict of such dicts: names joined by dots.
// Other plain values are left out and counted.
struct PickledTensors {
  NamedTensors tensors;
  std::uint64_t others = 0;
};
Result<PickledTensors> read_pickled_tensors(Archive& archive, CopyBudget& budget);

// The same before torch 1.6: pickles one after another, then the storages.
bool is_legacy(std::span<const std::byte> bytes);
Result<PickledTensors> read_legacy_tensors(const Source& source, CopyBudget& budget);

// `data/weights/model_weights_config.json` and what it names, since torch 2.9.
// `folder`: where the members stand.
Result<NamedTensors> read_listed_tensors(Archive& archive, std::string_view config, std::string_view folder,
                                         CopyBudget& budget);

}  // namespace dlas::torch
