#include "compiler/pass/list.h"

#include <array>

namespace dlas::compiler {

std::span<const Pass* const> all_passes() {
  static constexpr std::array kAll = {
      &absorb_pads,
      &canonicalize_activations,
      &canonicalize_casts,
      &canonicalize_dense,
      &canonicalize_pools,
      &choose_layout,
      &combine_parallel_conv,
      &combine_parallel_dense,
      &combine_parallel_matmul,
      &eliminate_duplicates,
      &fast_math,
      &fold_constants,
      &fold_scale_axis,
      &fuse_operators,
      &lower_quantized,
      &remove_dead_code,
      &simplify_inference,
      &sink_transposes,
  };
  return kAll;
}

}  // namespace dlas::compiler
