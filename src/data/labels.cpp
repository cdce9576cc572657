#include "data/labels.h"

#include <fmt/format.h>

#include <algorithm>

namespace dlas::data {

std::optional<int> imagenet_class(std::uint32_t wnid) {
  const auto all = imagenet_wnids();
  const auto found = std::ranges::lower_bound(all, wnid);
  if (found == all.end() || *found != wnid) return std::nullopt;
  return static_cast<int>(found - all.begin());
}

std::string wnid_text(std::uint32_t wnid) { return fmt::format("n{:08}", wnid); }

std::optional<std::uint32_t> wnid_of(std::string_view name) {
  constexpr std::size_t kDigits = 8;
  if (name.size() < 1 + kDigits || name[0] != 'n') return std::nullopt;
  std::uint32_t out = 0;
  for (std::size_t i = 1; i <= kDigits; ++i) {
    if (name[i] < '0' || name[i] > '9') return std::nullopt;
    out = 10 * out + static_cast<std::uint32_t>(name[i] - '0');
  }
  const bool ends = name.size() == 1 + kDigits || name[1 + kDigits] == '_' || name[1 + kDigits] == '.';
  return ends ? std::optional(out) : std::nullopt;
}

std::string ClassSet::name(int label) const {
  if (label >= 0 && static_cast<std::size_t>(label) < names.size()) return names[static_cast<std::size_t>(label)];
  if (imagenet && label >= 0 && label < kImagenetClasses)
    return std::string(imagenet_names()[static_cast<std::size_t>(label)]);
  return std::to_string(label);
}

std::optional<int> LabelMap::label_of(int output) const {
  return output < offset ? std::nullopt : std::optional(output - offset);
}

Result<LabelMap> label_map(const ClassSet& classes, int outputs, const std::optional<LabelKind>& asked) {
  if (asked == LabelKind::wnid && !classes.imagenet)
    return make_error(Code::mismatch, "a dataset labelled by wnid for labels(wnid)", "other labels");
  const bool says_size = asked == LabelKind::classes1000 || asked == LabelKind::classes1001;
  const bool background =
      says_size ? asked == LabelKind::classes1001 : classes.imagenet && outputs == kImagenetClasses + 1;
  const int offset = background ? 1 : 0;
  const bool exact = classes.imagenet;  // all of ImageNet's classes must be there
  const int needed = classes.count + offset;
  if (exact ? outputs == needed : outputs >= needed) return LabelMap{offset};
  return make_error(Code::mismatch,
                    fmt::format("a model of {}{} outputs for {}", exact ? "" : "at least ",
                                !says_size && exact ? "1000 or 1001" : std::to_string(needed),
                                exact ? "ImageNet's classes" : "the dataset's classes"),
                    fmt::format("{} outputs", outputs))
      .try_this("name the label set in the recipe: labels(1000) or labels(1001)");
}

}  // namespace dlas::data
