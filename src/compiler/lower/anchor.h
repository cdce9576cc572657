// Convolutions and dense layers as problems for a kernel.
#pragma once

#include <string>

#include "algorithm/conv_transpose_problem.h"
#include "algorithm/problem.h"
#include "compiler/lower/lowering.h"

namespace dlas::compiler {

struct Anchor {
  algorithm::ConvProblem problem;
  std::optional<algorithm::ConvTransposeProblem> transposed;  // instead, but for the epilogue and the channels
  Tensor weights;                                             // out channels, rows, columns, in channels of a group
  std::vector<double> bias;                                   // empty, or by out channel
  bool channels_first = false;                                // of input and output
  Shape in, out;                                              // input and output as pictures
};

// Errors: unsupported, with why no kernel takes the node, as `found`.
Result<Anchor> anchor_of(Lowering& lowering, const Scope& scope, const Node& node);
std::uint64_t multiply_adds(const Anchor& anchor);
bool is_anchor(const Node& node);

}  // namespace dlas::compiler
