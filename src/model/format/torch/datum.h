// What a PyTorch program computes with while it is read: tensors that will exist when the graph runs, and plain values that
// are known now.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/graph/graph.h"

namespace dlas::torch {

struct Cell;
using TensorRef = std::shared_ptr<Cell>;

// How a tensor was cut out of another that it shares memory with.
struct View {
  enum class Kind { unknown, slice, select, reshape, permute };
  Kind kind = Kind::unknown;        // unknown: perhaps a copy, perhaps not
  std::size_t axis = 0;             // of slice and select
  std::int64_t start = 0, end = 0;  // of slice; select: start
  std::vector<std::int64_t> list;   // permute: the axes; reshape: the sizes, -1 for one that follows
};

// A tensor as a Python variable has it. Names of one tensor share a cell, so that a change in place shows in all of them;
// one that was cut out of another remembers how, so that a change shows there, too (alias.h).
struct Cell {
  ValueId value = kNone;
  std::uint64_t version = 0;  // changes so far
  TensorRef base;             // null: nothing shares its memory
  std::uint64_t base_version = 0;
  View view;
  bool doubtful = false;  // something that may share its memory was changed
  int depth = 0;          // bases below it
};

// A size that is known only when the graph runs: a scalar of int64.
struct Size {
  ValueId value = kNone;
};

struct Sequence;
using SequenceRef = std::shared_ptr<Sequence>;

// A module, an instance of a class, or a method of one: what the TorchScript reader knows by number.
struct Object {
  std::uint32_t id = 0;
  std::string path;    // "features.0"
  std::string method;  // empty: the object itself
};

using Datum =
    std::variant<std::monostate, bool, std::int64_t, double, std::string, DType, TensorRef, Size, SequenceRef, Object>;

struct Sequence {
  enum class Kind { list, tuple, dict };
  Kind kind = Kind::list;
  std::vector<Datum> items;
  std::vector<Datum> keys;  // of a dict
  int depth = 0;            // sequences inside, at most kDeepest: what a file nests is destroyed by recursion
};
inline constexpr int kDeepest = 64;

inline int depth_of(const Datum& d) {
  const auto* s = std::get_if<SequenceRef>(&d);
  return s ? (*s)->depth + 1 : 0;
}
inline Datum sequence_of(Sequence::Kind kind, std::vector<Datum> items) {
  int depth = 0;
  for (const Datum& item : items) depth = std::max(depth, depth_of(item));
  return std::make_shared<Sequence>(Sequence{kind, std::move(items), {}, depth});
}
inline Datum tuple_of(std::vector<Datum> items) { return sequence_of(Sequence::Kind::tuple, std::move(items)); }
inline Datum list_of(std::vector<Datum> items) { return sequence_of(Sequence::Kind::list, std::move(items)); }
inline bool is_none(const Datum& d) { return std::holds_alternative<std::monostate>(d); }
inline Datum tensor_datum(ValueId value) {
  auto cell = std::make_shared<Cell>();
  cell->value = value;
  return cell;
}

std::string_view kind_of(const Datum& datum);  // "a tensor", "an integer", "a list"

}  // namespace dlas::torch
