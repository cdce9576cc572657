// How a problem is computed: data, not code. Prints, parses, compares, hashes; is checked before any code is made; fits another
// problem after adapted().
//
// Text: "direct(tile=7x4,unroll=4,split=rows)".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "algorithm/problem.h"
#include "algorithm/target.h"
#include "base/result.h"

namespace dlas::algorithm {

struct Schedule {
  std::string primitive;       // a name of primitive/list.h: "direct", "im2col", "depthwise", ...
  std::int64_t tile_w = 1;     // pixels of the register tile
  std::int64_t tile_c = 1;     // vectors of channels of the register tile
  std::int64_t unroll = 1;     // of the loop over input channels
  std::int64_t block_c = 0;    // input channels summed before the next tile, 0 = all
  std::string order = "hwc";   // loops outside the register tile, outermost first
  std::string split = "rows";  // what threads share: "rows", "channels", "both"
  bool specialised = false;    // extents are constants of the code: made by the JIT for this problem only
  bool operator==(const Schedule&) const = default;
};

std::string text(const Schedule& schedule);
Result<Schedule> parse_schedule(std::string_view text);

// By rules from the target's registers and caches; never a search.
Schedule default_schedule(const ConvProblem& problem, const Target& target);

// What forbids the schedule, all reasons at once; empty when it is valid.
std::vector<std::string> faults(const Schedule& schedule, const ConvProblem& problem, const Target& target);

// The schedule of another problem brought to this one: tiles that do not fit become the nearest that do.
Schedule adapted(Schedule schedule, const ConvProblem& problem, const Target& target);

}  // namespace dlas::algorithm
