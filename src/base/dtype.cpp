#include "base/dtype.h"

#include <array>

namespace dlas {
namespace {

struct Names {
  std::string_view long_name, short_name;
};
constexpr std::array<Names, kDTypes> kNames{{{"none", "none"},
                                             {"float64", "f64"},
                                             {"float32", "f32"},
                                             {"float16", "f16"},
                                             {"bfloat16", "bf16"},
                                             {"int4", "i4"},
                                             {"int8", "i8"},
                                             {"int16", "i16"},
                                             {"int32", "i32"},
                                             {"int64", "i64"},
                                             {"uint4", "u4"},
                                             {"uint8", "u8"},
                                             {"uint16", "u16"},
                                             {"uint32", "u32"},
                                             {"uint64", "u64"},
                                             {"bool", "bool"}}};

}  // namespace

std::string_view text(DType dtype) { return kNames[static_cast<std::size_t>(dtype)].long_name; }
std::string_view short_text(DType dtype) { return kNames[static_cast<std::size_t>(dtype)].short_name; }

std::optional<DType> parse_dtype(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i].long_name == name || kNames[i].short_name == name) return static_cast<DType>(i);
  return std::nullopt;
}

}  // namespace dlas
