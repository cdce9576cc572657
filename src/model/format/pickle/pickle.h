// Pickles as data: a small machine that builds a tree of plain values and never calls or imports anything.
// Protocols 2 to 5 as far as PyTorch writes them; opcodes and globals by allow list, anything else is refused by name.
//                                                                      Python's pickletools, protocol 5
// A global that the caller allows becomes an item `global`; calling it (REDUCE, NEWOBJ) becomes an item `made` with the
// callee and its arguments, for the caller to understand or refuse. Only collections.OrderedDict() is understood here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace dlas::pickle {

using Id = std::uint32_t;  // of an item; items may refer to each other in circles, since lists can

enum class Kind : std::uint8_t {
  none,
  boolean,
  integer,
  real,
  text,
  bytes,
  tuple,
  list,
  dict,
  global,
  made,
  reference
};

struct Item {
  Kind kind = Kind::none;
  std::int64_t integer = 0;  // of a boolean, too
  double real = 0;
  std::string_view text = {};    // of text and bytes; the name of a global. Points into the bytes that were read
  std::string_view module = {};  // of a global
  std::vector<Id> parts = {};    // elements; of a dict key, value, key, value; made: callee, arguments, state if any;
                                 // reference: what identifies it (the storage of a tensor)
};

struct Pickle {
  std::vector<Item> items;
  Id root = 0;
  std::size_t size = 0;  // bytes up to and with STOP
  const Item& operator[](Id id) const { return items[id]; }
  bool is_global(Id id, std::string_view module, std::string_view name) const;
  // The value of a text key of a dict, or nothing.
  const Item* find(const Item& dict, std::string_view key) const;
};

using Allowed = bool (*)(std::string_view module, std::string_view name);

// Errors: format and truncated for what is no pickle; unsupported for an opcode or global that is not on the list, by
//         name; limit when the items take more than limits().parsed_bytes and twice the bytes.
// Cost:   linear in the bytes.  Owns: the items point into `bytes`.
Result<Pickle> read(std::span<const std::byte> bytes, Allowed allowed);

}  // namespace dlas::pickle
