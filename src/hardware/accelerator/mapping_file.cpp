// STONNE's mapping files: TOML with tile_type and the tile's sizes.
#include <algorithm>

#include "base/file.h"
#include "base/limits.h"
#include "hardware/accelerator/mapping.h"
#include "hardware/accelerator/toml.h"

namespace dlas::accelerator {
namespace {

Result<std::int64_t> size_of(const std::vector<TomlEntry>& entries, std::string_view key) {
  const auto found = std::ranges::find(entries, key, &TomlEntry::key);
  if (found == entries.end())
    return make_error(Code::format, "a tile with " + std::string(key), "none in the mapping file");
  return integer_of(*found);
}

Status check_keys(const std::vector<TomlEntry>& entries, std::span<const std::string_view> known) {
  for (const TomlEntry& entry : entries)
    if (entry.key != "tile_type" && std::ranges::count(known, entry.key) == 0)
      return make_error(Code::format, "a size of a tile",
                        "'" + entry.key + "' in line " + std::to_string(entry.line) +
                            nearest(entry.key, {known.begin(), known.end()}));
  return {};
}

constexpr std::string_view kConvolution[] = {"T_R", "T_S", "T_C", "T_K", "T_G", "T_N", "T_X'", "T_Y'"};
constexpr std::string_view kConnected[] = {"T_S", "T_K", "T_N"};

}  // namespace

Result<Tile> parse_tile_file(std::string_view text) {
  DLAS_ASSIGN(const auto entries, parse_toml(text));
  const auto type = std::ranges::find(entries, "tile_type", &TomlEntry::key);
  const std::string* name = type == entries.end() ? nullptr : std::get_if<std::string>(&type->value);
  if (!name || (*name != "CONV" && *name != "FC"))
    return make_error(Code::format, "tile_type=\"CONV\" or \"FC\"", name ? "'" + *name + "'" : "none");
  Tile tile;
  if (*name == "FC") {
    DLAS_TRY(check_keys(entries, kConnected));
    DLAS_ASSIGN(tile.s, size_of(entries, "T_S"));
    DLAS_ASSIGN(tile.k, size_of(entries, "T_K"));
    DLAS_ASSIGN(tile.x, size_of(entries, "T_N"));
    return tile;
  }
  DLAS_TRY(check_keys(entries, kConvolution));
  std::int64_t* const fields[] = {&tile.r, &tile.s, &tile.c, &tile.k, &tile.g, &tile.n, &tile.x, &tile.y};
  for (std::size_t i = 0; i < std::size(kConvolution); ++i) {
    DLAS_ASSIGN(*fields[i], size_of(entries, kConvolution[i]));
  }
  return tile;
}

Result<Tile> read_tile(std::string_view path) {
  DLAS_ASSIGN(const std::string text, read_text(path, limits().text_bytes));
  Result<Tile> tile = parse_tile_file(text);
  if (!tile.ok()) return tile.error().in(path);
  return tile;
}

}  // namespace dlas::accelerator
