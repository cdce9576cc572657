#include "hardware/accelerator/mapping.h"

#include <array>

#include "base/checked.h"
#include "base/text.h"

namespace dlas::accelerator {
namespace {

struct Field {
  std::string_view name;
  std::int64_t Tile::* field;
};
constexpr std::array<Field, 8> kFields = {{{"T_R", &Tile::r},
                                           {"T_S", &Tile::s},
                                           {"T_C", &Tile::c},
                                           {"T_K", &Tile::k},
                                           {"T_G", &Tile::g},
                                           {"T_N", &Tile::n},
                                           {"T_X'", &Tile::x},
                                           {"T_Y'", &Tile::y}}};

std::int64_t rounds(std::int64_t total, std::int64_t at_once) { return (total + at_once - 1) / at_once; }

// A tile may be larger than the layer: what is beyond works on padding.
Status check_ranges(const Tile& tile) {
  std::string found;
  for (const Field& field : kFields)
    if (tile.*field.field < 1)
      found += (found.empty() ? "" : ", ") + std::string(field.name) + " " + std::to_string(tile.*field.field);
  if (found.empty()) return {};
  return make_error(Code::usage, "sizes of a tile of at least 1", found);
}

// What STONNE cannot run to its end.
Status check_network(const Configuration& c, const Convolution& layer, const Tile& tile) {
  const bool several = tile.neurons() > 1;
  const std::int64_t nf = folds(layer, tile);
  if (c.network == Network::temporalrn && tile.neuron() != 1)
    return make_error(Code::usage, "T_R x T_S x T_C = 1 for network=temporalrn", std::to_string(tile.neuron()));
  if (c.network == Network::temporalrn && nf > 1 && !c.accumulation_buffer)
    return make_error(Code::usage, "buffer=1 for network=temporalrn with several folds", std::to_string(nf) + " folds");
  if (c.network == Network::asnetwork && c.accumulation_buffer && nf > 1 && tile.neuron() == 1 && several)
    return make_error(Code::usage,
                      "neurons of more than one multiplier, or one neuron (two would share an accumulator)",
                      std::to_string(tile.neurons()) + " neurons of one multiplier");
  if (tile.n > 1 && tile.g > 1)
    return make_error(Code::usage, "T_N = 1 or T_G = 1 (the controller mixes up both)",
                      "T_N " + std::to_string(tile.n) + ", T_G " + std::to_string(tile.g));
  return {};
}

}  // namespace

std::string Tile::text() const {
  std::string out;
  for (const Field& field : kFields)
    out += (out.empty() ? "" : ",") + std::string(field.name) + "=" + std::to_string(this->*field.field);
  return out;
}

std::string Tile::file(bool fully_connected) const {
  if (fully_connected)
    return "tile_type=\"FC\"\nT_S=" + std::to_string(s) + "\nT_K=" + std::to_string(k) + "\nT_N=" + std::to_string(x) +
           "\n";
  std::string out = "tile_type=\"CONV\"\n";
  for (const Field& field : kFields) {
    const bool primed = field.name.ends_with('\'');
    out += primed ? "\"" + std::string(field.name) + "\"" : std::string(field.name);
    out += "=" + std::to_string(this->*field.field) + "\n";
  }
  return out;
}

Tile product_tile(std::int64_t t_m, std::int64_t t_n, std::int64_t t_k) { return {.s = t_k, .k = t_n, .x = t_m}; }

std::int64_t folds(const Convolution& layer, const Tile& tile) {
  return rounds(layer.r, tile.r) * rounds(layer.s, tile.s) * rounds(layer.c / layer.g, tile.c);
}

bool folds_through_memory(const Configuration& configuration, const Convolution& layer, const Tile& tile) {
  return configuration.network == Network::asnetwork && !configuration.accumulation_buffer && folds(layer, tile) > 1;
}

Status validate(const Configuration& configuration, const Convolution& layer, const Tile& tile) {
  DLAS_TRY(check_ranges(tile));
  const std::array<std::int64_t, 8> factors = {tile.r, tile.s, tile.c, tile.k, tile.g, tile.n, tile.x, tile.y};
  const auto product = checked_product(factors);
  const std::int64_t front = folds_through_memory(configuration, layer, tile) ? 1 : 0;
  if (!product || *product + front * tile.neurons() > configuration.multipliers) {
    const std::string extra = front ? " and one more per neuron for partial sums" : "";
    return make_error(Code::usage, "at most " + std::to_string(configuration.multipliers) + " multipliers",
                      std::to_string(tile.neurons()) + " neurons of " + std::to_string(tile.neuron()) + extra);
  }
  return check_network(configuration, layer, tile);
}

Result<Tile> parse_tile(std::string_view text) {
  Tile tile;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view item = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    const std::size_t equal = item.find('=');
    const auto value = equal == std::string_view::npos ? std::nullopt : parse_int(item.substr(equal + 1));
    bool known = false;
    for (const Field& field : kFields)
      if (value && field.name == item.substr(0, equal)) tile.*field.field = *value, known = true;
    if (!known)
      return make_error(Code::usage, "T_R, T_S, T_C, T_K, T_G, T_N, T_X' or T_Y' = number",
                        "'" + std::string(item) + "'");
  }
  return tile;
}

}  // namespace dlas::accelerator
