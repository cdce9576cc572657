// How a dense layer is laid on the multipliers of a MAERI-like design: the tile that is computed at once.
//
// A virtual neuron of T_R x T_S x T_C multipliers computes one output; T_K x T_G x T_N x T_X' x T_Y' of them work side by side.
// Text form:  T_R=3,T_S=3,T_C=4,T_K=3,T_G=1,T_N=1,T_X'=1,T_Y'=1
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "hardware/accelerator/configuration.h"
#include "hardware/accelerator/problem.h"

namespace dlas::accelerator {

struct Tile {
  std::int64_t r = 1, s = 1, c = 1, k = 1, g = 1, n = 1, x = 1, y = 1;
  std::int64_t neuron() const { return r * s * c; }  // multipliers of one output
  std::int64_t neurons() const { return k * g * n * x * y; }
  auto operator<=>(const Tile&) const = default;
  std::string text() const;
  std::string file(bool fully_connected) const;  // as STONNE's mapping files
};

// The tile of a matrix product: T_S = T_K, T_K = T_N, T_X' = T_M of the product's names.
Tile product_tile(std::int64_t t_m, std::int64_t t_n, std::int64_t t_k);

// Whether the partial sums travel through the global buffer: then each neuron has one more multiplier in front.
bool folds_through_memory(const Configuration& configuration, const Convolution& layer, const Tile& tile);
std::int64_t folds(const Convolution& layer, const Tile& tile);

// Errors: usage, naming every rule that the tile breaks.
Status validate(const Configuration& configuration, const Convolution& layer, const Tile& tile);

// Reads a STONNE mapping file: tile_type CONV or FC, T_R, T_S, T_C, T_G, T_K, T_N, T_X', T_Y' (FC: T_S, T_K, T_N).
// Errors: as read_text; format for an unknown, a missing or a quoted key.
Result<Tile> read_tile(std::string_view path);
Result<Tile> parse_tile_file(std::string_view text);
Result<Tile> parse_tile(std::string_view text);  // the text form; what is not said is 1

}  // namespace dlas::accelerator
