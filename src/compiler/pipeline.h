// Which passes run, with which parameters, in which order: a value that prints, parses, compares and hashes.
//
// Levels have the meaning of the study that varies them (TVM's): 0 what a runtime needs, 1 fusion, 2 constants, 3 everything that
// keeps the numbers within rounding, 4 also what may change them (fast_math) and combining of parallel operators.
// Text form: "simplify_inference choose_layout(layout=NHWC) fuse_operators".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "compiler/pass/pass.h"

namespace dlas::compiler {

struct Step {
  const Pass* pass = nullptr;
  Settings settings;  // all parameters of the pass
  bool operator==(const Step&) const = default;
};

struct Pipeline {
  std::vector<Step> steps;
  bool operator==(const Pipeline&) const = default;
};

inline constexpr int kDefaultLevel = 3;
inline constexpr int kHighestLevel = 4;

// The level at which a pass becomes active; kHighestLevel + 1 for one that runs on request only.
int level_of(const Pass& pass);

// REQUIRES: 0 <= level <= kHighestLevel.
Pipeline pipeline_of(int level);

// Switches single passes: "+fast_math" adds one at its usual places, "+choose_layout(layout=NCHW)" with parameters (also to one
// that is there), "-fuse_operators" takes one out.
// Errors: usage for an unknown pass or parameter, with the nearest names; a change that changes nothing.
Result<Pipeline> switched(Pipeline pipeline, const std::vector<std::string>& changes);
// The parts between commas that stand outside parentheses: "+a(x=1,y=2),-b" has two.
std::vector<std::string> split_changes(std::string_view text);

std::string text(const Pipeline& pipeline);
// Errors: usage, with the word that is not a pass or parameter.
Result<Pipeline> parse_pipeline(std::string_view text);
Hash hash_of(const Pipeline& pipeline);

}  // namespace dlas::compiler
