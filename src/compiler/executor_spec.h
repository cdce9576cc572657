// Which executor computes a graph, and how: a value that prints, parses, compares and hashes.
//
// Text form: "reference"; "compiled"; "compiled:avx2,level=0,threads=2,-choose_layout,+fast_math": in any order a target, a level,
// a number of threads and changes of the level's pipeline. "auto" is compiled code for graphs of floats with at most
// 10,000 nodes, else the reference.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "compiler/pipeline.h"

namespace dlas::compiler {

struct ExecutorSpec {
  enum class Kind { automatic, reference, compiled } kind = Kind::automatic;
  std::string target;  // empty: the best that this processor has
  int level = kDefaultLevel;
  int threads = 0;                   // 0: as many as dlas uses (base/threads.h)
  std::vector<std::string> changes;  // "+fast_math"
  bool operator==(const ExecutorSpec&) const = default;
};

std::string text(const ExecutorSpec& spec);
// Errors: usage, with the executors, targets, settings or passes that there are; unsupported for a target that this processor lacks.
Result<ExecutorSpec> parse_executor(std::string_view text);
Hash hash_of(const ExecutorSpec& spec);

// The passes of a compiled executor.  Errors: as switched().
Result<Pipeline> pipeline_of(const ExecutorSpec& spec);

}  // namespace dlas::compiler
