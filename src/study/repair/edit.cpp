#include "study/repair/edit.h"

#include <fmt/format.h>

#include <array>

#include "study/repair/tensor_change.h"

namespace dlas::study {
namespace {

constexpr std::uint64_t kNumber = 8;  // bytes to say one number, one choice or one reference

std::uint64_t length(const AttributeValue& value) {
  return std::visit(
      [](const auto& v) -> std::uint64_t {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, Tensor>) return v.bytes().size();
        else if constexpr (std::is_same_v<T, std::string>) return v.size();
        else if constexpr (requires { v.begin(); }) return kNumber * (1 + v.size());
        else return kNumber;
      },
      value);
}

struct Length {
  std::uint64_t operator()(const SetAttribute& e) const { return e.after ? length(*e.after) : kNumber; }
  std::uint64_t operator()(const SetTensor& e) const { return description_length(e.change); }
  std::uint64_t operator()(const SetQuantization& e) const {
    return kNumber * (2 + (e.after ? e.after->scales.size() + e.after->zero_points.size() : 0));
  }
  std::uint64_t operator()(const InsertNode& e) const {
    std::uint64_t out = kNumber * (1 + e.inputs.size() + e.outputs.size() + e.readers.size());
    for (const NamedAttribute& a : e.attributes) out += kNumber + length(a.value);
    return out;
  }
  std::uint64_t operator()(const DeleteNode&) const { return kNumber; }
  std::uint64_t operator()(const Rewire&) const { return 2 * kNumber; }
  std::uint64_t operator()(const ReplaceRegion& e) const {
    return e.replacement.size() + kNumber * (e.inputs.size() + e.outputs.size());
  }
  std::uint64_t operator()(const SetOutputs& e) const { return kNumber * (1 + e.after.size()); }
  std::uint64_t operator()(const SetContract& e) const { return kNumber + e.after.size(); }
};

struct Target {
  std::string operator()(const SetAttribute& e) const { return e.node; }
  std::string operator()(const SetTensor& e) const { return e.value; }
  std::string operator()(const SetQuantization& e) const { return e.value; }
  std::string operator()(const InsertNode& e) const { return e.node; }
  std::string operator()(const DeleteNode& e) const { return e.node; }
  std::string operator()(const Rewire& e) const { return e.node; }
  std::string operator()(const ReplaceRegion& e) const { return fmt::format("{}", fmt::join(e.outputs, ", ")); }
  std::string operator()(const SetOutputs& e) const { return fmt::format("{}", fmt::join(e.after, ", ")); }
  std::string operator()(const SetContract& e) const { return e.key; }
};

}  // namespace

std::string_view kind_of(const Edit& edit) {
  static constexpr std::array<std::string_view, std::variant_size_v<Edit>> kKinds = {
      "set_attribute", "set_tensor",     "set_quantization", "insert_node", "delete_node",
      "rewire",        "replace_region", "set_outputs",      "set_contract"};
  return kKinds[edit.index()];
}

std::string target_of(const Edit& edit) { return std::visit(Target(), edit); }
std::uint64_t description_length(const Edit& edit) { return std::visit(Length(), edit); }

}  // namespace dlas::study
