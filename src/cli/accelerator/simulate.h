// What the parts of `dlas simulate` share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace dlas::cli {

struct SimulateOptions {
  std::string model, on, replay, bitmaps, map = "mrna", engine = "computed";
  std::vector<std::string> tiles;
  std::string mode = "stonne";
  double clock_mhz = 0, dram = 0;
  std::int64_t dram_latency = 0, sram_kib = 0, element_bytes = 4;
  bool mapped = false;  // --map was given
  bool single_buffer = false, all = false, json = false;
};

Result<int> replay_rows(const SimulateOptions& o);
Result<int> simulate_model(const SimulateOptions& o);

}  // namespace dlas::cli
