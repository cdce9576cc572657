// The two halves of `dlas bench`: what was measured, and how it is told.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "compiler/executor.h"
#include "study/bench/rounds.h"
#include "study/statistics/interval.h"

namespace dlas::cli {

struct BenchOptions {
  std::string model, on = "compiled";
  std::vector<std::string> against, sizes;
  std::int64_t rounds = 50;
  bool profile = false, json = false;
};

struct BenchPeer {
  std::string name, version;
  std::string trouble;  // why it has no time; empty when it has one
  study::Median time;
  study::Ratio ratio;  // its median / ours
};

struct Bench {
  std::string model, executor;
  int threads = 1;
  std::int64_t rounds = 0, warm_up = 0;
  study::Median time;            // seconds, 95 %
  study::Ratio noise;            // the same executor measured twice
  std::uint64_t peak_bytes = 0;  // values and packed weights; 0 for the reference
  std::vector<BenchPeer> peers;
  std::optional<compiler::PlanReport> plan;  // of compiled code
  double peak_flops = 0;                     // of one core, measured; 0 without a profile
};

std::string bench_text(const Bench& bench, bool profile);
nlohmann::ordered_json bench_json(const Bench& bench, bool profile);  // schema dlas.bench/1

}  // namespace dlas::cli
