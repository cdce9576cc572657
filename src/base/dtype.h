// Element types and the dispatch from a run-time type to a C++ type.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "base/error.h"
#include "base/half.h"

namespace dlas {

enum class DType : std::uint8_t { none, f64, f32, f16, bf16, i4, i8, i16, i32, i64, u4, u8, u16, u32, u64, boolean };
inline constexpr int kDTypes = 16;

std::string_view text(DType dtype);                       // "float32", "int4", "bool", ...
std::string_view short_text(DType dtype);                 // "f32", "i4", "bool": the graph text form
std::optional<DType> parse_dtype(std::string_view name);  // either form

constexpr int bits(DType dtype) {
  switch (dtype) {
    case DType::none: return 0;
    case DType::i4:
    case DType::u4: return 4;
    case DType::i8:
    case DType::u8:
    case DType::boolean: return 8;
    case DType::f16:
    case DType::bf16:
    case DType::i16:
    case DType::u16: return 16;
    case DType::f32:
    case DType::i32:
    case DType::u32: return 32;
    case DType::f64:
    case DType::i64:
    case DType::u64: return 64;
  }
  return 0;
}
constexpr bool is_float(DType d) { return d == DType::f64 || d == DType::f32 || d == DType::f16 || d == DType::bf16; }
constexpr bool is_signed_int(DType d) { return d >= DType::i4 && d <= DType::i64; }
constexpr bool is_unsigned_int(DType d) { return d >= DType::u4 && d <= DType::u64; }
constexpr bool is_int(DType d) { return is_signed_int(d) || is_unsigned_int(d); }
constexpr bool is_packed(DType d) { return d == DType::i4 || d == DType::u4; }  // two elements a byte, low half first

// 4-bit types have no C++ type: Tensor::widened() gives int8 or uint8 first.
template <typename T>
constexpr DType dtype_of() {
  if constexpr (std::is_same_v<T, double>) return DType::f64;
  else if constexpr (std::is_same_v<T, float>) return DType::f32;
  else if constexpr (std::is_same_v<T, Half>) return DType::f16;
  else if constexpr (std::is_same_v<T, BFloat16>) return DType::bf16;
  else if constexpr (std::is_same_v<T, std::int8_t>) return DType::i8;
  else if constexpr (std::is_same_v<T, std::int16_t>) return DType::i16;
  else if constexpr (std::is_same_v<T, std::int32_t>) return DType::i32;
  else if constexpr (std::is_same_v<T, std::int64_t>) return DType::i64;
  else if constexpr (std::is_same_v<T, std::uint8_t>) return DType::u8;
  else if constexpr (std::is_same_v<T, std::uint16_t>) return DType::u16;
  else if constexpr (std::is_same_v<T, std::uint32_t>) return DType::u32;
  else if constexpr (std::is_same_v<T, std::uint64_t>) return DType::u64;
  else if constexpr (std::is_same_v<T, bool>) return DType::boolean;
  else return DType::none;
}

template <typename T>
inline constexpr bool is_real_v =
    std::is_same_v<T, double> || std::is_same_v<T, float> || std::is_same_v<T, Half> || std::is_same_v<T, BFloat16>;

// Calls f.operator()<T>() with the C++ type of `dtype`. The caller has checked that the type is one of the family.
template <typename F>
decltype(auto) for_real(DType dtype, F&& f) {
  switch (dtype) {
    case DType::f64: return f.template operator()<double>();
    case DType::f32: return f.template operator()<float>();
    case DType::f16: return f.template operator()<Half>();
    case DType::bf16: return f.template operator()<BFloat16>();
    default: panic("for_real on a type that is not a float", __FILE__, __LINE__);
  }
}

template <typename F>
decltype(auto) for_int(DType dtype, F&& f) {
  switch (dtype) {
    case DType::i8: return f.template operator()<std::int8_t>();
    case DType::i16: return f.template operator()<std::int16_t>();
    case DType::i32: return f.template operator()<std::int32_t>();
    case DType::i64: return f.template operator()<std::int64_t>();
    case DType::u8: return f.template operator()<std::uint8_t>();
    case DType::u16: return f.template operator()<std::uint16_t>();
    case DType::u32: return f.template operator()<std::uint32_t>();
    case DType::u64: return f.template operator()<std::uint64_t>();
    default: panic("for_int on a type that is not an integer of whole bytes", __FILE__, __LINE__);
  }
}

template <typename F>
decltype(auto) for_number(DType dtype, F&& f) {
  return is_float(dtype) ? for_real(dtype, f) : for_int(dtype, f);
}

template <typename F>
decltype(auto) for_any(DType dtype, F&& f) {
  if (dtype == DType::boolean) return f.template operator()<bool>();
  return for_number(dtype, f);
}

// Where sums are accumulated: float64 for floats, 64-bit integers for integers.
template <typename T>
using Accumulator =
    std::conditional_t<is_real_v<T>, double, std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>>;

}  // namespace dlas
