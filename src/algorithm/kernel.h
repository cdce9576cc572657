// A problem made ready to run: code chosen, weights packed.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "algorithm/problem.h"
#include "algorithm/schedule.h"
#include "base/tensor.h"

namespace dlas::algorithm {

// Runs body(i) for i in [0, n) on the threads of a run. Allocates nothing.
using Loop = std::function<void(std::int64_t n, const std::function<void(std::int64_t)>& body)>;

struct Arguments {
  View in = {}, residual = {}, out = {};  // residual.data null when the problem has none
  std::byte* scratch = nullptr;           // scratch_bytes() of it, aligned to 64
};

class Kernel {
 public:
  Kernel() = default;
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;
  virtual ~Kernel() = default;

  virtual std::string describe() const = 0;  // primitive, schedule, target
  // The zeros that it wants around its input. What is missing it makes up for with a copy into scratch.
  virtual Border border() const = 0;
  virtual std::size_t scratch_bytes(const Border& given, int threads) const = 0;
  virtual std::size_t packed_bytes() const = 0;  // of the weights
  virtual void run(const Arguments& arguments, const Border& given, const Loop& loop) const = 0;
};

// `weights` of sizes out_channels x kernel_h x kernel_w x (in_channels / groups), row by row; `bias` of out_channels, or absent.
// Errors: Code::unsupported with all faults() of the schedule; Code::type when the tensors are not those of the problem;
//         Code::limit when there is no memory for the packed weights.
// Threads: packs on those of parallel_for.   Owns: what it packed; the tensors may go.
Result<std::unique_ptr<Kernel>> prepare(const ConvProblem& problem, const Schedule& schedule, const Target& target,
                                        const Tensor& weights, const Tensor& bias);

}  // namespace dlas::algorithm
