// The operators: one file each, named after the operator in snake case (batch_normalization.cpp).
//
// A file holds what the operator means with its source and version, its attributes, its type rule, plain loops that
// define its result, and its cost where that is not one operation an element. Names, input order, attribute names and
// defaults are those of the newest ONNX; a reader brings older and foreign forms into that one.
// One more operator: add the file, which defines `extern const Op snake_name` (const alone stays inside the file) or
// includes the header that declares it: list_shape.h, list_nn.h or
// list_elementwise.h; name it in the table of list.cpp. A test compares the table with the folder.
// May include base and model/graph. Includes nothing of readers, passes or executors.
#pragma once

#include "model/graph/operator.h"
#include "model/op/traits.h"
