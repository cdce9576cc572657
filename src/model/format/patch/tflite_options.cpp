#include "model/format/patch/tflite_options.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

namespace dlas::patch {
namespace {

enum class Kind { padding, pair, activation, integer, real, boolean, places };

// Fields of the options tables in the published schema, version 3. A pair is stored width first.
struct Row {
  std::string_view code, attribute;
  Kind kind;
  int field;
};
constexpr auto kRows = std::to_array<Row>({
    {"ADD", "activation", Kind::activation, 0},
    {"AVERAGE_POOL_2D", "activation", Kind::activation, 5},
    {"AVERAGE_POOL_2D", "auto_pad", Kind::padding, 0},
    {"AVERAGE_POOL_2D", "kernel_shape", Kind::pair, 3},
    {"AVERAGE_POOL_2D", "strides", Kind::pair, 1},
    {"CONCATENATION", "activation", Kind::activation, 1},
    {"CONCATENATION", "axis", Kind::integer, 0},
    {"CONV_2D", "activation", Kind::activation, 3},
    {"CONV_2D", "auto_pad", Kind::padding, 0},
    {"CONV_2D", "dilations", Kind::pair, 4},
    {"CONV_2D", "strides", Kind::pair, 1},
    {"DEPTHWISE_CONV_2D", "activation", Kind::activation, 4},
    {"DEPTHWISE_CONV_2D", "auto_pad", Kind::padding, 0},
    {"DEPTHWISE_CONV_2D", "dilations", Kind::pair, 5},
    {"DEPTHWISE_CONV_2D", "strides", Kind::pair, 1},
    {"DIV", "activation", Kind::activation, 0},
    {"FULLY_CONNECTED", "activation", Kind::activation, 0},
    {"FULLY_CONNECTED", "keep_num_dims", Kind::boolean, 2},
    {"GATHER", "axis", Kind::integer, 0},
    {"LEAKY_RELU", "alpha", Kind::real, 0},
    {"MAX_POOL_2D", "activation", Kind::activation, 5},
    {"MAX_POOL_2D", "auto_pad", Kind::padding, 0},
    {"MAX_POOL_2D", "kernel_shape", Kind::pair, 3},
    {"MAX_POOL_2D", "strides", Kind::pair, 1},
    {"MEAN", "keepdims", Kind::boolean, 0},
    {"MUL", "activation", Kind::activation, 0},
    {"REDUCE_MAX", "keepdims", Kind::boolean, 0},
    {"REDUCE_MIN", "keepdims", Kind::boolean, 0},
    {"RESIZE_BILINEAR", "coordinate_transformation_mode", Kind::places, 2},
    {"RESIZE_NEAREST_NEIGHBOR", "coordinate_transformation_mode", Kind::places, 0},
    {"SOFTMAX", "beta", Kind::real, 0},
    {"SUB", "activation", Kind::activation, 0},
    {"SUM", "keepdims", Kind::boolean, 0},
    {"TRANSPOSE_CONV", "activation", Kind::activation, 3},
    {"TRANSPOSE_CONV", "auto_pad", Kind::padding, 0},
    {"TRANSPOSE_CONV", "strides", Kind::pair, 1},
});

struct Layout {
  std::string_view code, widths;
};
constexpr auto kLayouts = std::to_array<Layout>({
    {"ADD", "11"},
    {"AVERAGE_POOL_2D", "144441"},
    {"CONCATENATION", "41"},
    {"CONV_2D", "1441441"},
    {"DEPTHWISE_CONV_2D", "1444144"},
    {"DIV", "1"},
    {"FULLY_CONNECTED", "11111"},
    {"GATHER", "44"},
    {"LEAKY_RELU", "4"},
    {"MAX_POOL_2D", "144441"},
    {"MEAN", "1"},
    {"MUL", "1"},
    {"REDUCE_MAX", "1"},
    {"REDUCE_MIN", "1"},
    {"RESIZE_BILINEAR", "4411"},
    {"RESIZE_NEAREST_NEIGHBOR", "11"},
    {"SOFTMAX", "4"},
    {"SUB", "11"},
    {"SUM", "1"},
    {"TRANSPOSE_CONV", "14411"},
});

template <typename T>
std::string bytes_of(T value) {
  return std::string(reinterpret_cast<const char*>(&value), sizeof value);
}

using Values = std::optional<std::vector<OptionValue>>;

Values padding(const Row& row, const AttributeValue& value) {
  const auto* word = std::get_if<std::string>(&value);
  if (!word || (*word != "SAME_UPPER" && *word != "VALID")) return std::nullopt;
  return std::vector<OptionValue>{{row.field, bytes_of(static_cast<std::int8_t>(*word == "VALID"))}};
}

Values pair(const Row& row, const AttributeValue& value) {
  const auto* list = std::get_if<std::vector<std::int64_t>>(&value);
  if (!list || list->size() != 2) return std::nullopt;
  std::vector<OptionValue> out;
  for (int i = 0; i < 2; ++i) {
    const std::int64_t number = (*list)[static_cast<std::size_t>(1 - i)];
    if (number < 0 || number > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
    out.push_back({row.field + i, bytes_of(static_cast<std::int32_t>(number))});
  }
  return out;
}

Values activation(const Row& row, const AttributeValue& value) {
  constexpr std::array<std::string_view, 6> kByNumber = {"none", "relu", "relu_n1_to_1", "relu6", "tanh", "sign_bit"};
  const auto* word = std::get_if<std::string>(&value);
  const auto it = word ? std::ranges::find(kByNumber, *word) : kByNumber.end();
  if (it == kByNumber.end()) return std::nullopt;
  return std::vector<OptionValue>{{row.field, bytes_of(static_cast<std::int8_t>(it - kByNumber.begin()))}};
}

// Two flags, aligned corners and half-pixel centres; the rounding of nearest neighbours follows from them.
Values places(const Row& row, const AttributeValue& value, const AttributeList& all) {
  const auto* word = std::get_if<std::string>(&value);
  if (!word || (*word != "align_corners" && *word != "half_pixel" && *word != "asymmetric")) return std::nullopt;
  const auto nearest = std::ranges::find(all, "nearest_mode", &NamedAttribute::name);
  const std::string wanted = *word == "asymmetric" ? "floor" : "round_prefer_ceil";
  if (row.code == "RESIZE_NEAREST_NEIGHBOR" && (nearest == all.end() || !same(nearest->value, AttributeValue(wanted))))
    return std::nullopt;
  return std::vector<OptionValue>{{row.field, bytes_of(static_cast<std::uint8_t>(*word == "align_corners"))},
                                  {row.field + 1, bytes_of(static_cast<std::uint8_t>(*word == "half_pixel"))}};
}

Values number(const Row& row, const AttributeValue& value) {
  if (row.kind == Kind::real) {
    const auto* real = std::get_if<double>(&value);
    if (!real) return std::nullopt;
    return std::vector<OptionValue>{{row.field, bytes_of(static_cast<float>(*real))}};
  }
  std::int64_t whole = 0;
  if (const auto* i = std::get_if<std::int64_t>(&value)) whole = *i;
  else if (const auto* b = std::get_if<bool>(&value)) whole = *b;
  else return std::nullopt;
  if (whole != static_cast<std::int32_t>(whole)) return std::nullopt;
  return std::vector<OptionValue>{{row.field, row.kind == Kind::boolean
                                                  ? bytes_of(static_cast<std::uint8_t>(whole != 0))
                                                  : bytes_of(static_cast<std::int32_t>(whole))}};
}

}  // namespace

std::string_view option_widths(std::string_view code) {
  const auto it = std::ranges::find(kLayouts, code, &Layout::code);
  return it == kLayouts.end() ? std::string_view() : it->widths;
}

Values option_values(std::string_view code, const NamedAttribute& asked, const AttributeList& all) {
  // The rounding of nearest neighbours follows from the places, which are written with it.
  const bool rounding = code == "RESIZE_NEAREST_NEIGHBOR" && asked.name == "nearest_mode";
  const auto place = std::ranges::find(all, "coordinate_transformation_mode", &NamedAttribute::name);
  const NamedAttribute& attribute = rounding && place != all.end() ? *place : asked;
  const auto row =
      std::ranges::find_if(kRows, [&](const Row& r) { return r.code == code && r.attribute == attribute.name; });
  if (row == kRows.end()) return std::nullopt;
  switch (row->kind) {
    case Kind::padding: return padding(*row, attribute.value);
    case Kind::pair: return pair(*row, attribute.value);
    case Kind::activation: return activation(*row, attribute.value);
    case Kind::places: return places(*row, attribute.value, all);
    default: return number(*row, attribute.value);
  }
}

}  // namespace dlas::patch
