// Where the values of a lowered graph lie: slots of memory, before anybody has said at which address.
//
// A slot is plain (elements row by row, as in a Tensor) or a picture (N, H, W, C with padded channels and a border, as
// algorithm/view.h says; float32). Slots may lie inside one another: a branch inside the concatenation that it ends in, a reshaped
// value inside the one that it was made from. Memory is planned for the outermost ones.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "algorithm/view.h"
#include "base/shape.h"
#include "base/tensor.h"

namespace dlas::compiler {

using SlotId = std::int32_t;
inline constexpr SlotId kNoSlot = -1;

enum class Form : std::uint8_t { plain, picture };

enum class Home : std::uint8_t {
  arena,     // planned memory, reused
  input,     // the tensor that the caller gave
  constant,  // known before any run
  held,      // a tensor that a reference kernel made in this run
};

struct Slot {
  std::string name = {};  // of the value, for people
  Form form = Form::plain;
  Home home = Home::arena;
  DType dtype = DType::f32;
  Shape shape = {};                // of a picture: n, h, w, c
  bool sized = true;               // false: a held value whose shape only the run tells
  algorithm::Border border = {};   // that a reader of the picture wants
  SlotId inside = kNoSlot;         // shares the memory of this one
  std::int64_t first_channel = 0;  // there, for a picture inside a wider one
  std::size_t place = 0;           // input: which of the graph's; held: which of the run's
  Tensor constant = {};
};

inline std::int64_t padded_channels(std::int64_t c) {
  return (c + algorithm::kChannelBlock - 1) / algorithm::kChannelBlock * algorithm::kChannelBlock;
}
inline algorithm::Border larger(const algorithm::Border& a, const algorithm::Border& b) {
  return {a.top > b.top ? a.top : b.top, a.left > b.left ? a.left : b.left, a.bottom > b.bottom ? a.bottom : b.bottom,
          a.right > b.right ? a.right : b.right};
}

}  // namespace dlas::compiler
