#include "model/op/list.h"

#include <algorithm>

#include "model/op/list_nn.h"
#include "model/op/list_shape.h"

namespace dlas::op {
namespace {

const Op* const kOps[] = {
    &center_crop_pad,
    &compress,
    &concat,
    &constant_of_shape,
    &conv,
    &depth_to_space,
    &expand,
    &eye_like,
    &flatten,
    &fully_connected,
    &gather,
    &gather_elements,
    &gather_nd,
    &gemm,
    &grid_sample,
    &mat_mul,
    &non_zero,
    &one_hot,
    &range,
    &reshape,
    &reverse,
    &reverse_sequence,
    &roi_align,
    &scatter_elements,
    &scatter_nd,
    &shape,
    &size,
    &slice,
    &space_to_depth,
    &split,
    &squeeze,
    &tile,
    &top_k,
    &transpose,
    &unique,
    &unsqueeze,
};

}  // namespace

std::span<const Op* const> all_ops() { return kOps; }

const Op* find_op(std::string_view name) {
  const auto it = std::ranges::lower_bound(kOps, name, {}, [](const Op* op) { return op->name; });
  return it != std::end(kOps) && (*it)->name == name ? *it : nullptr;
}

}  // namespace dlas::op
