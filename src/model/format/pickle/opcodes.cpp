#include "model/format/pickle/opcodes.h"

#include <fmt/format.h>

#include <string_view>

namespace dlas::pickle {
namespace {

struct Row {
  std::uint8_t code;
  std::string_view name;
};

// Those that a reader of data has no use for: text forms of protocol 0, calls by class, the extension registry, buffers
// outside the stream.
constexpr Row kRefused[] = {
    {'F', "FLOAT"},        {'I', "INT"},
    {'L', "LONG"},         {'P', "PERSID"},
    {'S', "STRING"},       {'V', "UNICODE"},
    {'g', "GET"},          {'i', "INST"},
    {'o', "OBJ"},          {'p', "PUT"},
    {0x82, "EXT1"},        {0x83, "EXT2"},
    {0x84, "EXT4"},        {0x8b, "LONG4"},
    {0x8e, "BINBYTES8"},   {0x8f, "EMPTY_SET"},
    {0x90, "ADDITEMS"},    {0x91, "FROZENSET"},
    {0x92, "NEWOBJ_EX"},   {0x96, "BYTEARRAY8"},
    {0x97, "NEXT_BUFFER"}, {0x98, "READONLY_BUFFER"},
};

}  // namespace

std::string opcode_text(std::uint8_t code) {
  for (const Row& row : kRefused)
    if (row.code == code) return "opcode " + std::string(row.name);
  return fmt::format("opcode {:#04x}", code);
}

}  // namespace dlas::pickle
