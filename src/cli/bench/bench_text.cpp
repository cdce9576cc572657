// What `dlas bench` measured, for people and for programs.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/bench/bench.h"

namespace dlas::cli {
namespace {

using compiler::TaskReport;

std::string milliseconds(const study::Median& m) {
  return fmt::format("{:.3f} ms ({:.3f} to {:.3f})", m.value * 1e3, m.interval.low * 1e3, m.interval.high * 1e3);
}
std::string times(const study::Ratio& r) {
  return fmt::format("{:.3f} ({:.3f} to {:.3f})", r.value, r.interval.low, r.interval.high);
}

double gflops(const TaskReport& t) { return t.seconds > 0 ? 2e-9 * static_cast<double>(t.macs) / t.seconds : 0; }
double share_of_peak(const Bench& b, const TaskReport& t) {
  return b.peak_flops > 0 ? gflops(t) * 1e9 / (b.peak_flops * b.threads) : 0;
}

std::string memory(const compiler::PlanReport& p) {
  return fmt::format("{:<12}{} bytes of values, at best {}, without reuse {}; {} bytes of packed weights\n", "memory",
                     thousands(p.arena_bytes), thousands(p.lower_bound), thousands(p.without_reuse),
                     thousands(p.packed_bytes));
}

std::string fallbacks(const compiler::PlanReport& p) {
  const auto count = std::ranges::count_if(p.tasks, [](const TaskReport& t) { return !t.fallback.empty(); });
  return fmt::format("{:<12}{} of {} steps, {:.1f} % of the time\n", "reference", count, p.tasks.size(),
                     100 * p.fallback_share());
}

std::string profile(const Bench& b) {
  std::string out = fmt::format("{:<12}{:.1f} GFLOP/s a core, measured\n", "peak", b.peak_flops * 1e-9);
  out += "profile\n         ms      %  GFLOP/s  % of peak         bytes  step\n";
  const double all = b.plan->seconds();
  for (const TaskReport& t : b.plan->tasks) {
    const std::string speed = t.macs > 0 ? fmt::format("{:>7.1f}  {:>9.1f}", gflops(t), 100 * share_of_peak(b, t))
                                         : fmt::format("{:>7}  {:>9}", "", "");
    out += fmt::format("  {:>9.4f}  {:>5.1f}  {}  {:>12}  {} '{}' {}{}\n", t.seconds * 1e3,
                       all > 0 ? 100 * t.seconds / all : 0, speed, thousands(t.bytes), for_terminal(t.op, 40),
                       for_terminal(t.node, 60), t.kernel, t.fallback.empty() ? "" : ": " + for_terminal(t.fallback));
  }
  return out;
}

nlohmann::ordered_json steps(const Bench& b) {
  auto out = nlohmann::ordered_json::array();
  for (const TaskReport& t : b.plan->tasks)
    out.push_back({{"node", valid_utf8(t.node)},
                   {"operator", valid_utf8(t.op)},
                   {"kernel", t.kernel},
                   {"fallback", valid_utf8(t.fallback)},
                   {"milliseconds", t.seconds * 1e3},
                   {"macs", t.macs},
                   {"bytes", t.bytes},
                   {"gflops", gflops(t)},
                   {"share_of_peak", share_of_peak(b, t)}});
  return out;
}

}  // namespace

std::string bench_text(const Bench& b, bool with_profile) {
  std::string out = fmt::format("{}  {}\n", for_terminal(b.model), b.executor);
  out += fmt::format("{:<12}{}, {} rounds after {} to warm up\n", "dlas", milliseconds(b.time), b.rounds, b.warm_up);
  out += fmt::format("{:<12}{} of itself, measured twice\n", "noise", times(b.noise));
  for (const BenchPeer& p : b.peers) {
    if (p.trouble.empty())
      out += fmt::format("{:<12}{}, {} of dlas ({})\n", p.name, milliseconds(p.time), times(p.ratio),
                         for_terminal(p.version));
    else out += fmt::format("{:<12}no time: {}\n", p.name, for_terminal(p.trouble, 400));
  }
  if (b.plan) out += memory(*b.plan) + fallbacks(*b.plan);
  return with_profile ? out + profile(b) : out;
}

nlohmann::ordered_json bench_json(const Bench& b, bool with_profile) {
  auto peers = nlohmann::ordered_json::array();
  for (const BenchPeer& p : b.peers) {
    nlohmann::ordered_json one = {{"name", p.name}, {"version", valid_utf8(p.version)}};
    if (p.trouble.empty())
      one.update({{"median_ms", p.time.value * 1e3},
                  {"low_ms", p.time.interval.low * 1e3},
                  {"high_ms", p.time.interval.high * 1e3},
                  {"ratio", p.ratio.value},
                  {"ratio_low", p.ratio.interval.low},
                  {"ratio_high", p.ratio.interval.high}});
    else one["trouble"] = valid_utf8(p.trouble);
    peers.push_back(std::move(one));
  }
  nlohmann::ordered_json out = {
      {"schema", "dlas.bench/1"},
      {"model", valid_utf8(b.model)},
      {"executor", valid_utf8(b.executor)},
      {"threads", b.threads},
      {"rounds", b.rounds},
      {"warm_up", b.warm_up},
      {"median_ms", b.time.value * 1e3},
      {"low_ms", b.time.interval.low * 1e3},
      {"high_ms", b.time.interval.high * 1e3},
      {"noise", {{"ratio", b.noise.value}, {"low", b.noise.interval.low}, {"high", b.noise.interval.high}}},
      {"peak_bytes", b.peak_bytes},
      {"peers", std::move(peers)}};
  if (b.plan) {
    out["memory"] = {{"values", b.plan->arena_bytes},
                     {"lower_bound", b.plan->lower_bound},
                     {"without_reuse", b.plan->without_reuse},
                     {"packed_weights", b.plan->packed_bytes}};
    out["fallback_share"] = b.plan->fallback_share();
  }
  if (with_profile) {
    out["peak_gflops"] = b.peak_flops * 1e-9;
    out["profile"] = steps(b);
  }
  return out;
}

}  // namespace dlas::cli
