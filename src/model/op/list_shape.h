// Operators that move elements or tell shapes. Definitions in the files of their names.
#pragma once

#include "model/op/op.h"

namespace dlas::op {

extern const Op affine_grid;
extern const Op center_crop_pad;
extern const Op compress;
extern const Op concat;
extern const Op constant_of_shape;
extern const Op depth_to_space;
extern const Op detection_post_process;
extern const Op expand;
extern const Op eye_like;
extern const Op flatten;
extern const Op gather;
extern const Op gather_elements;
extern const Op gather_nd;
extern const Op grid_sample;
extern const Op max_roi_pool;
extern const Op non_max_suppression;
extern const Op non_zero;
extern const Op one_hot;
extern const Op padded_non_max_suppression;
extern const Op range;
extern const Op reshape;
extern const Op reverse;
extern const Op reverse_sequence;
extern const Op roi_align;
extern const Op scatter_elements;
extern const Op scatter_nd;
extern const Op shape;
extern const Op size;
extern const Op slice;
extern const Op space_to_depth;
extern const Op split;
extern const Op squeeze;
extern const Op tensor_scatter;
extern const Op tile;
extern const Op top_k;
extern const Op transpose;
extern const Op trilu;
extern const Op unique;
extern const Op unsqueeze;

}  // namespace dlas::op
