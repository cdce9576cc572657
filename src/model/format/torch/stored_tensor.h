// Tensors over storages: a type, sizes, strides and a first element, as PyTorch's files have them.
//
// A tensor whose elements stand row by row is a view of the file; any other (channels_last weights, transposed or expanded
// ones) is copied into that order, within a budget.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/tensor.h"
#include "model/format/pickle/pickle.h"
#include "model/format/torch/archive.h"
#include "model/graph/graph.h"

namespace dlas::torch {

struct Layout {
  DType dtype = DType::none;
  Shape sizes;
  Strides strides;         // in elements
  std::int64_t first = 0;  // element of the storage where the tensor begins
};

struct StoredTensor {
  Tensor tensor;
  Provenance origin;
};

// What copies out of storages may still take. One for a file.
struct CopyBudget {
  std::uint64_t left = 0;
};

// Errors: format for negative sizes or strides and more strides than sizes; truncated when the storage is too small;
//         limit for the rank, and for copies beyond the budget.
Result<StoredTensor> tensor_of(const Source& storage, const Layout& layout, std::string_view name, CopyBudget& budget);

// Finds the bytes of a storage by the key that a pickle has for it.
using Storages = std::function<Result<Source>(std::string_view key)>;

// True for _rebuild_tensor_v2(...) and _rebuild_parameter(...).
bool is_tensor(const pickle::Pickle& pickle, pickle::Id id);
// Errors: format for other arguments than torch writes, and of tensor_of.
Result<StoredTensor> read_tensor(const pickle::Pickle& pickle, pickle::Id id, std::string_view name,
                                 const Storages& storages, CopyBudget& budget);

// The type and sizes alone, without the bytes.
Result<Layout> layout_of_tensor(const pickle::Pickle& pickle, pickle::Id id);

// The globals of files that hold tensors and plain data.
bool is_data_global(std::string_view module, std::string_view name);

}  // namespace dlas::torch
