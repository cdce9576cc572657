// MAGMA's row-wise controller: a sparse A times a dense B, one row of A at a time.
//
// Per row: one cycle to configure, ceil(non-zeros / T_K) cycles that queue T_K values for all T_N clusters, then for each block of T_N
// columns and each fold one step of T_N x T_K single elements of B; accumulators merge the folds; all results, padding included, are waited for.
#pragma once

#include <algorithm>

#include "base/result.h"
#include "hardware/accelerator/configuration.h"
#include "hardware/accelerator/fabric/fabric.h"
#include "hardware/accelerator/problem.h"
#include "hardware/accelerator/result.h"

namespace dlas::accelerator::magma {

struct Job {
  Bitmap a;                  // rows of A
  std::int64_t columns = 1;  // of B
  std::int64_t t_n = 1, t_k = 1;

  std::int64_t column_blocks() const { return (columns + t_n - 1) / t_n; }
  // Of a row; one without non-zeros holds a single zero.
  std::int64_t elements(std::int64_t row) const { return std::max<std::int64_t>(1, a.count(row)); }
  std::int64_t folds(std::int64_t row) const { return (elements(row) + t_k - 1) / t_k; }
  Setting setting(std::int64_t row) const;
  Wave weights(const Configuration& configuration) const;
  Wave inputs(const Configuration& configuration) const;
};

// Errors: usage, with the rule that is broken.
Status validate(const Configuration& configuration, const Job& job);
void count_reads(const Job& job, Counters& counters);

// REQUIRES: validate(configuration, job).  Errors: unsupported when results get lost.
Result<Outcome> step(const Configuration& configuration, const Job& job);

}  // namespace dlas::accelerator::magma
