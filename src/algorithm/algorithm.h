// Layer 4 of the stack, algorithms and data formats: how one operator is computed fast, on one kind of processor.
//
// A problem says what is to be computed (problem.h), a schedule how (schedule.h), a target for which processor (target.h). The
// three are values. prepare() makes a kernel of them (kernel.h): weights packed once, memory needs stated, run() without
// allocation. Pictures lie in memory as view.h says.
// One more way to compute a problem: a file in primitive/, named in the table of primitive/list.cpp. Code comes from generator/, a
// program of the build that makes kernels for register tiles, and from vector/, compiled once for each target (pointwise.h).
// docs/kernels.md says why each is as it is.
// May include base, model/graph, model/op and model/executor. Knows nothing of whole graphs: that is compiler/'s.
#pragma once

#include "algorithm/conv_transpose_problem.h"
#include "algorithm/kernel.h"
#include "algorithm/pointwise.h"
#include "algorithm/problem.h"
#include "algorithm/schedule.h"
#include "algorithm/target.h"
#include "algorithm/view.h"
