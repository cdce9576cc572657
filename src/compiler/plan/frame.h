// One run of a program: the addresses of its slots, and what tasks need besides them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "algorithm/kernel.h"
#include "compiler/plan/slot.h"
#include "model/executor/execution.h"
#include "model/op/traits.h"

namespace dlas::compiler {

// A slot whose place is known.
struct Placed {
  Form form = Form::plain;
  Home home = Home::arena;
  DType dtype = DType::f32;
  std::size_t place = 0;             // of an input or a held tensor
  std::size_t offset = 0;            // bytes from the start of its home to its first element
  const std::byte* fixed = nullptr;  // a constant's first element
  Shape shape;
  bool sized = true;
  algorithm::View view;      // of a picture; `data` is null
  algorithm::Border border;  // that is there around the picture
  std::int64_t padding = 0;  // channels of the memory behind a picture's own that nobody else uses
  std::size_t bytes = 0;     // of a plain slot
};

// The first element, aligned for its type: a tensor may be a view into a file.
const std::byte* elements(const Tensor& tensor);

struct Frame {
  std::span<const Placed> placed;
  std::byte* arena = nullptr;
  std::span<const Tensor> inputs;
  std::vector<Tensor> held;
  std::byte* scratch = nullptr;  // of the task that runs
  const algorithm::Loop* loop = nullptr;
  Traits traits;
  Usage usage;

  const Placed& at(SlotId slot) const { return placed[static_cast<std::size_t>(slot)]; }
  // The first element. REQUIRES: the slot has been written in this run, or is an input or a constant.
  std::byte* bytes(SlotId slot) const;
  algorithm::View picture(SlotId slot) const;  // REQUIRES: its form
  // The slot as a tensor that shares its memory; takes memory for the shape. REQUIRES: the slot is plain.
  Tensor tensor(SlotId slot) const;
  void hold(SlotId slot, Tensor tensor);
};

}  // namespace dlas::compiler
