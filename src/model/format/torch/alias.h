// Changes in place. PyTorch's tensors may share memory; a graph has values that never change. So a change makes a new value,
// and every tensor that shares the memory finds it when it is read next.
#pragma once

#include "model/format/torch/build.h"

namespace dlas::torch {

// The value that a tensor has now.
// Errors: unsupported when something that may share its memory was changed and dlas cannot tell whether it does.
Result<ValueId> current(const TensorRef& tensor, Build& build);
// After `relu_(x)`: x and what it was cut out of have the new value.
// Errors: unsupported when the tensor was cut out of another in a way that has no inverse.
Status change(const TensorRef& tensor, ValueId value, Build& build);
// A tensor that shares memory with `base`.  Errors: unsupported for a chain of more than kDeepest views.
Result<Datum> view_of(const Datum& made, const TensorRef& base, View view);

}  // namespace dlas::torch
