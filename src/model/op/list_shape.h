// Operators that move elements or tell shapes. Definitions in the files of their names.
#pragma once

#include "model/op/op.h"

namespace dlas::op {

extern const Op flatten;
extern const Op reshape;
extern const Op shape;
extern const Op size;
extern const Op squeeze;
extern const Op transpose;
extern const Op unsqueeze;

}  // namespace dlas::op
