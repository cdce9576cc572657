// PyTorch's three ways to name an element type.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/dtype.h"
#include "base/result.h"

namespace dlas::torch {

// "FloatStorage" -> f32, "HalfStorage" -> f16.  Errors: unsupported for complex, quantised and 8-bit float storages.
Result<DType> dtype_of_storage(std::string_view name);
// The number in TorchScript and ATen's arguments: 6 is float32.   c10/core/ScalarType.h
Result<DType> dtype_of_scalar_type(std::int64_t number);
// The number in an exported program: 7 is float32.                torch/_export/serde/schema.py
Result<DType> dtype_of_export(std::int64_t number);

}  // namespace dlas::torch
