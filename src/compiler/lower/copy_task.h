// Copies between the forms of a value: plain to picture and back, with or without another order of axes.
#pragma once

#include <memory>

#include "compiler/plan/program.h"

namespace dlas::compiler {

enum class Order {
  same,            // n, h, w, c on both sides
  channels_first,  // the plain side is n, c, h, w
};

// REQUIRES: equal numbers of elements; two plain sides have the same order, two pictures the same sizes.
std::unique_ptr<Task> copy_task(const Program& program, SlotId from, SlotId to, Order order);

}  // namespace dlas::compiler
