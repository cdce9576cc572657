// The random operands of STONNE's command line, and its reordering of stationary vectors: what a rows file leaves out.
#pragma once

#include <cstdint>

#include "hardware/accelerator/problem.h"

namespace dlas::accelerator::sigma {

enum class Stationary { rows_of_a, columns_of_b };  // MK_STA_KN_STR, MK_STR_KN_STA

// A row by row, then B, each element zero when a draw modulo 100 is at most the percentage; rows of A and columns of B with fewer than
// three non-zeros get some at their start. The generator is the C library's with its default seed.
SparseProduct random_operands(const Product& product, std::int64_t zeros_a, std::int64_t zeros_b,
                              Stationary stationary);

// A alone, as MAGMA's command draws it.
Bitmap random_bits(std::int64_t rows, std::int64_t columns, std::int64_t zeros);

// Vectors larger than the array first, then again and again the largest that still fits beside the last ones.
Bitmap reordered(const Bitmap& stationary, std::int64_t multipliers);

// Random draws of the C library (GNU, TYPE_3, seed 1).
class LibraryRandom {
 public:
  LibraryRandom();
  std::int64_t next();

 private:
  std::uint32_t state_[31];
  int at_ = 0;
};

}  // namespace dlas::accelerator::sigma
