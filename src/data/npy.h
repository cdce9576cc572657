// NumPy's files: one array (.npy, format 1.0 to 3.0) and archives of named arrays (.npz).        numpy/lib/format.py
//
// Read: bool, int and uint of 8 to 64 bits, float16, float32, float64, either byte order, C and Fortran order; '<V2' with
// the name bfloat16 as ml_dtypes writes it is not told apart from other raw bytes and refused. Object arrays (pickles),
// strings, structures and complex numbers are refused. Names are names: nothing is ever written to a path from a file.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/tensor.h"

namespace dlas::data {

using NamedTensor = std::pair<std::string, Tensor>;

// Errors: format, truncated, unsupported (element type), limit, and mismatch (more bytes than the shape has).
Result<Tensor> parse_npy(std::span<const std::byte> bytes);
Result<std::vector<NamedTensor>> parse_npz(std::span<const std::byte> bytes);  // without ".npy" in the names

// The same for files; a .npz gives its arrays in the archive's order, a .npy one array without a name.
// Errors: also not_found, io, special_file; each names the file, and the array as slot.
Result<std::vector<NamedTensor>> read_arrays(std::string_view path);

// Format 1.0, little-endian, C order; int4, uint4 are widened to 8 bits and bfloat16 to float32, which NumPy has not.
// REQUIRES: the tensor is not absent.
std::string npy_bytes(const Tensor& tensor);

// Stored, dated 1980: equal tensors give equal bytes. The order is kept.
// Errors: usage when a name is empty, longer than a zip name or given twice.
Result<std::string> npz_bytes(std::span<const NamedTensor> arrays);

// Whole file or nothing.  Errors: as npz_bytes and write_file.
Status write_npy(std::string_view path, const Tensor& tensor);
Status write_npz(std::string_view path, std::span<const NamedTensor> arrays);

}  // namespace dlas::data
