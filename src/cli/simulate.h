// What the parts of `dlas simulate` share.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace dlas::cli {

struct SimulateOptions {
  std::string model, on, replay, bitmaps, map = "mrna", engine = "computed";
  std::vector<std::string> tiles;
  double clock_mhz = 0;
  bool all = false, json = false;
};

Result<int> replay_rows(const SimulateOptions& o);
Result<int> simulate_model(const SimulateOptions& o);

}  // namespace dlas::cli
