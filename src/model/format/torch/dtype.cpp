#include "model/format/torch/dtype.h"

#include <fmt/format.h>

#include <algorithm>

namespace dlas::torch {
namespace {

struct Row {
  std::string_view storage;
  std::int64_t scalar_type;
  std::int64_t exported;
  DType dtype;
};

constexpr Row kRows[] = {
    {"ByteStorage", 0, 1, DType::u8},        {"CharStorage", 1, 2, DType::i8},
    {"ShortStorage", 2, 3, DType::i16},      {"IntStorage", 3, 4, DType::i32},
    {"LongStorage", 4, 5, DType::i64},       {"HalfStorage", 5, 6, DType::f16},
    {"FloatStorage", 6, 7, DType::f32},      {"DoubleStorage", 7, 8, DType::f64},
    {"BoolStorage", 11, 12, DType::boolean}, {"BFloat16Storage", 15, 13, DType::bf16},
    {"UInt16Storage", 27, 28, DType::u16},   {"UInt32Storage", 28, -1, DType::u32},
    {"UInt64Storage", 29, -1, DType::u64},
};

template <typename Key, typename Field>
Result<DType> find(const Key& key, Field field, std::string_view what) {
  const auto row = std::ranges::find(kRows, key, field);
  if (row != std::end(kRows)) return row->dtype;
  return make_error(Code::unsupported, "an element type of integers, booleans or floats",
                    fmt::format("{} {}", what, key));
}

}  // namespace

Result<DType> dtype_of_storage(std::string_view name) { return find(name, &Row::storage, "torch"); }
Result<DType> dtype_of_scalar_type(std::int64_t number) { return find(number, &Row::scalar_type, "scalar type"); }
Result<DType> dtype_of_export(std::int64_t number) { return find(number, &Row::exported, "exported scalar type"); }

}  // namespace dlas::torch
