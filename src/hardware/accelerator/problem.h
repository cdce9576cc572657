// What an accelerator is asked to compute: one layer, as a value. Sizes are of elements; inputs are padded already.
//
// Text forms:  conv:R=3,S=3,C=64,K=64,G=1,N=1,X=58,Y=58,stride=1     gemm:M=1,N=1000,K=4096
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/result.h"

namespace dlas::accelerator {

// Output x: (X - R + stride) / stride, y likewise. C and K are totals over all groups.
struct Convolution {
  std::int64_t r = 1, s = 1, c = 1, k = 1, g = 1, n = 1, x = 1, y = 1, stride = 1;
  std::int64_t out_x() const { return (x - r + stride) / stride; }
  std::int64_t out_y() const { return (y - s + stride) / stride; }
  std::int64_t products() const { return n * k * out_x() * out_y() * r * s * (c / g); }
  auto operator<=>(const Convolution&) const = default;
  std::string text() const;
};

// A [m, k] times B [k, n]. A fully connected layer has its batch as m.
struct Product {
  std::int64_t m = 1, n = 1, k = 1;
  std::int64_t products() const { return m * n * k; }
  auto operator<=>(const Product&) const = default;
  std::string text() const;
  // The same sums as a convolution: R = 1, S = k, C = 1, K = n, one output column of m rows.
  Convolution as_convolution() const;
};

inline constexpr std::int64_t kLongestSide = std::int64_t{1} << 24;
inline constexpr std::int64_t kMostProducts = std::int64_t{1} << 50;

// Errors: usage, naming every bad size at once.
Status validate(const Convolution& convolution);
Status validate(const Product& product);
Result<Convolution> parse_convolution(std::string_view text);

// A matrix of bits, row by row: where an operand is not zero.
class Bitmap {
 public:
  Bitmap() = default;
  Bitmap(std::int64_t rows, std::int64_t columns);
  std::int64_t rows() const { return rows_; }
  std::int64_t columns() const { return columns_; }
  bool at(std::int64_t row, std::int64_t column) const { return bits_[place(row, column)] != 0; }
  void set(std::int64_t row, std::int64_t column, bool on = true) { bits_[place(row, column)] = on; }
  std::int64_t count() const;
  std::int64_t count(std::int64_t row) const;
  bool operator==(const Bitmap&) const = default;

 private:
  std::size_t place(std::int64_t row, std::int64_t column) const {
    return static_cast<std::size_t>(row * columns_ + column);
  }
  std::int64_t rows_ = 0, columns_ = 0;
  std::vector<std::uint8_t> bits_;
};

// A product with zeros: `stationary` has a row for each vector that stays in the multipliers, `streamed` one for each that passes by;
// both rows run along k.
struct SparseProduct {
  Bitmap stationary, streamed;
};

}  // namespace dlas::accelerator
