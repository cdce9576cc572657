#include "hardware/accelerator/sigma/operands.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace dlas::accelerator::sigma {
namespace {

constexpr std::int64_t kLeast = 3;  // non-zeros of a vector: smaller neurons clash in the reduction network

Bitmap draw(LibraryRandom& random, std::int64_t rows, std::int64_t columns, std::int64_t zeros, bool transposed) {
  Bitmap out(transposed ? columns : rows, transposed ? rows : columns);
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j) {
      if (random.next() % 100 <= zeros) continue;
      random.next();  // its value
      if (transposed) out.set(j, i);
      else out.set(i, j);
    }
  return out;
}

void fill_up(Bitmap& bits) {
  for (std::int64_t row = 0; row < bits.rows(); ++row) {
    std::int64_t count = bits.count(row);
    for (std::int64_t j = 0; j < bits.columns() && count < kLeast; ++j) {
      if (bits.at(row, j)) continue;
      bits.set(row, j);
      ++count;
    }
  }
}

}  // namespace

LibraryRandom::LibraryRandom() {
  std::int64_t value = 1;
  for (std::uint32_t& state : state_) {
    state = static_cast<std::uint32_t>(value);
    value = value * 16807 % 2147483647;
  }
  at_ = 3;
  for (int i = 0; i < 310; ++i) next();
}

std::int64_t LibraryRandom::next() {
  std::uint32_t& here = state_[at_];
  here += state_[(at_ + 28) % 31];
  at_ = (at_ + 1) % 31;
  return here >> 1;
}

SparseProduct random_operands(const Product& p, std::int64_t zeros_a, std::int64_t zeros_b, Stationary stationary) {
  LibraryRandom random;
  Bitmap a = draw(random, p.m, p.k, zeros_a, false), b = draw(random, p.k, p.n, zeros_b, true);
  fill_up(a);
  fill_up(b);
  if (stationary == Stationary::rows_of_a) return {std::move(a), std::move(b)};
  return {std::move(b), std::move(a)};
}

Bitmap random_bits(std::int64_t rows, std::int64_t columns, std::int64_t zeros) {
  LibraryRandom random;
  return draw(random, rows, columns, zeros, false);
}

// A selection sort that swaps: the place of what is moved away decides later ties.
Bitmap reordered(const Bitmap& stationary, std::int64_t multipliers) {
  std::vector<std::int64_t> sizes, order(static_cast<std::size_t>(stationary.rows()));
  for (std::int64_t row = 0; row < stationary.rows(); ++row) sizes.push_back(std::max(kLeast, stationary.count(row)));
  std::iota(order.begin(), order.end(), 0);
  std::size_t chosen = 0;
  const auto choose = [&](std::size_t i) {
    std::swap(sizes[i], sizes[chosen]);
    std::swap(order[i], order[chosen++]);
  };
  for (std::size_t i = 0; i < order.size(); ++i)
    if (sizes[i] > multipliers) choose(i);
  std::int64_t left = multipliers;
  while (chosen < order.size()) {
    std::size_t best = order.size();
    for (std::size_t i = chosen; i < order.size(); ++i)
      if (sizes[i] <= left && (best == order.size() || sizes[i] > sizes[best])) best = i;
    if (best == order.size()) {
      left = multipliers;
      continue;
    }
    left -= sizes[best];
    choose(best);
  }
  Bitmap out(stationary.rows(), stationary.columns());
  for (std::int64_t row = 0; row < out.rows(); ++row)
    for (std::int64_t j = 0; j < out.columns(); ++j)
      out.set(row, j, stationary.at(order[static_cast<std::size_t>(row)], j));
  return out;
}

}  // namespace dlas::accelerator::sigma
