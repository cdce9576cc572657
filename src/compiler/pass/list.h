// All passes, by name. The one list that a new pass touches.
#pragma once

#include <span>

#include "compiler/pass/pass.h"

namespace dlas::compiler {

extern const Pass absorb_pads;
extern const Pass canonicalize_activations;
extern const Pass canonicalize_casts;
extern const Pass canonicalize_dense;
extern const Pass canonicalize_pools;
extern const Pass choose_layout;
extern const Pass combine_parallel_conv;
extern const Pass combine_parallel_dense;
extern const Pass combine_parallel_matmul;
extern const Pass eliminate_duplicates;
extern const Pass fast_math;
extern const Pass fold_constants;
extern const Pass fold_scale_axis;
extern const Pass fuse_operators;
extern const Pass lower_quantized;
extern const Pass remove_dead_code;
extern const Pass simplify_inference;
extern const Pass sink_transposes;

std::span<const Pass* const> all_passes();  // sorted by name

}  // namespace dlas::compiler
