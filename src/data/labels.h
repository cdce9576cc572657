// What a label number stands for, in a dataset and at a model's output. The classic mistake is to be off by one: models from
// TensorFlow have 1001 outputs with "background" first, all others 1000. So the step from one to the other is explicit.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/recipe.h"

namespace dlas::data {

inline constexpr int kImagenetClasses = 1000;

std::span<const std::uint32_t> imagenet_wnids();        // n01440764 is 1440764; ascending
std::span<const std::string_view> imagenet_names();     // "tench", ... in the same order
std::optional<int> imagenet_class(std::uint32_t wnid);  // 0..999
std::string wnid_text(std::uint32_t wnid);              // "n01440764"

// The wnid with which a name begins: "n01440764_tench.JPEG", "n01440764_10026.JPEG", "n01440764".
std::optional<std::uint32_t> wnid_of(std::string_view name);

// The classes of a dataset. For ImageNet's (by wnid) the labels are 0..999 whatever part of them the dataset has.
struct ClassSet {
  bool imagenet = false;
  int count = 0;                   // labels are below it
  std::vector<std::string> names;  // `count` of them, or none
  std::string name(int label) const;
};

// From the labels of a dataset to the outputs of a model.
struct LabelMap {
  int offset = 0;  // output = label + offset
  int output_of(int label) const { return label + offset; }
  // The label that an output stands for; nothing for "background".
  std::optional<int> label_of(int output) const;
};

// `outputs` is the size of the model's last axis; `asked` is the recipe's labels(...):
//   nothing   ImageNet by wnid: 1000 outputs are the classes, 1001 have the background first; other datasets: as many outputs
//             as classes, or more (a dataset may lack the last ones)
//   1000      output = label
//   1001      output = label + 1
//   wnid      as nothing, but the dataset must be ImageNet by wnid
// Errors: mismatch when the sizes do not fit.
Result<LabelMap> label_map(const ClassSet& classes, int outputs, const std::optional<LabelKind>& asked);

}  // namespace dlas::data
