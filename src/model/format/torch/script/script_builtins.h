// Functions of TorchScript over values that are known now: arithmetic with sizes, lists, questions about tensors.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "model/format/torch/call.h"

namespace dlas::torch {

// `torch.add(2, 3)`, `torch.len(list)`, `ops.prim.dtype(x)`: the name without "torch." or "ops.prim.".
// Nothing when it is an operator on tensors.  Errors: of the function; unsupported for what dlas cannot tell.
Result<std::optional<Datum>> call_builtin(Build& build, std::string_view name,
                                          const std::vector<NamedDatum>& arguments);

// A condition: a boolean, an integer or a tensor of one element that is known.  Errors: unsupported when it is not.
Result<bool> decided(Build& build, const Datum& condition);

}  // namespace dlas::torch
