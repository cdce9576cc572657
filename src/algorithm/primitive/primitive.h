// A primitive: one way to compute a convolution. A value made of functions; list.cpp names all of them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "algorithm/kernel.h"
#include "algorithm/problem.h"
#include "algorithm/schedule.h"
#include "algorithm/target.h"

namespace dlas::algorithm {

struct Primitive {
  std::string_view name;
  // Why the primitive cannot compute the problem at all, whatever the schedule; nothing when it can.
  std::optional<std::string> (*obstacle)(const ConvProblem& problem);
  Schedule (*defaults)(const ConvProblem& problem, const Target& target);
  // What is wrong with the schedule's own figures.
  void (*faults)(const Schedule& schedule, const ConvProblem& problem, const Target& target,
                 std::vector<std::string>& out);
  Result<std::unique_ptr<Kernel>> (*prepare)(const ConvProblem& problem, const Schedule& schedule, const Target& target,
                                             const Tensor& weights, const Tensor& bias);
};

extern const Primitive depthwise, direct, im2col;

}  // namespace dlas::algorithm
