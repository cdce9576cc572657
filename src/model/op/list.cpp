#include "model/op/list.h"

#include <algorithm>

#include "model/op/list_shape.h"

namespace dlas::op {
namespace {

const Op* const kOps[] = {
    &flatten,
    &reshape,
    &shape,
    &size,
    &squeeze,
    &transpose,
    &unsqueeze,
};

}  // namespace

std::span<const Op* const> all_ops() { return kOps; }

const Op* find_op(std::string_view name) {
  const auto it = std::ranges::lower_bound(kOps, name, {}, [](const Op* op) { return op->name; });
  return it != std::end(kOps) && (*it)->name == name ? *it : nullptr;
}

}  // namespace dlas::op
