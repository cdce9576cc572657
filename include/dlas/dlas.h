// The whole public interface: result.h, tensor.h, model.h (load, show, run), compare.h.
//
// Link the CMake target dlas::dlas. Example: examples/compare_models.cpp.
#pragma once

#include "dlas/compare.h"  // draws in the others
