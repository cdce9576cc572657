// A kind of processor that code is made for. A value: "avx512", "avx2", "sse41"; `native` is the best that this machine has.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dlas::algorithm {

struct Target {
  std::string name;
  int lanes = 4;       // of f32 in a vector
  int registers = 16;  // vector registers
  bool fma = false;
  std::int64_t l1_bytes = 32 << 10, l2_bytes = 1 << 20;  // of one core
  bool operator==(const Target&) const = default;
};

const std::vector<Target>& targets();  // all that dlas knows, best first
const Target& native();                // the best that this processor has; sse41 at least

// Errors: Code::usage, with the known names; Code::unsupported when this processor lacks an instruction set, naming it.
Result<Target> parse_target(std::string_view name);

}  // namespace dlas::algorithm
