// What the files of this folder make for one target; code.cpp puts it into a table.
#pragma once

#include "algorithm/pointwise.h"

namespace dlas::algorithm::DLAS_TARGET {

void point(const PointRun& run);
void chain(const ChainRun& run);
void epilogue(const EpilogueRun& run);
void pool(const PoolRun& run);
void lrn(const LrnRun& run);
double exp_below_most(const float* x, float scale, float* out, std::int64_t n);

}  // namespace dlas::algorithm::DLAS_TARGET
