#include "compiler/runner.h"

#include <fmt/format.h>

#include <chrono>
#include <map>

#include "base/text.h"
#include "model/graph/verify.h"

namespace dlas::compiler {
namespace {

Result<PassReport> run_step(Graph& graph, const Step& step) {
  PassReport report;
  report.pass = step.pass->name;
  report.nodes_before = graph.nodes().size();
  const auto start = std::chrono::steady_clock::now();
  DLAS_ASSIGN(report.outcome, step.pass->run(graph, step.settings));
  if (!report.outcome.changes.empty()) graph.prune();
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  report.nodes_after = graph.nodes().size();
  if (auto verified = verify(graph); !verified.ok()) {
    Error error = std::move(verified).error();
    error.code = Code::internal;
    return error.during("after the pass " + report.pass);
  }
  return report;
}

// Equal texts once, with how often they came.
std::string remarks(const std::vector<Remark>& list, std::size_t longest) {
  std::map<std::string, std::pair<std::string, std::size_t>> by_text;  // first node, how often
  std::vector<std::string> order;
  for (const Remark& r : list) {
    auto [it, fresh] = by_text.try_emplace(r.text, r.node, 0);
    if (fresh) order.push_back(r.text);
    ++it->second.second;
  }
  std::string out;
  for (std::size_t i = 0; i < order.size() && i < longest; ++i) {
    const auto& [node, times] = by_text[order[i]];
    out += fmt::format("    {}: {}{}\n", for_terminal(node, 60), for_terminal(order[i]),
                       times > 1 ? fmt::format(" (and {} more)", times - 1) : "");
  }
  if (order.size() > longest) out += fmt::format("    and {} other remarks\n", order.size() - longest);
  return out;
}

}  // namespace

Result<Optimised> optimise(const Graph& graph, const Pipeline& pipeline) {
  DLAS_TRY(verify(graph));
  Optimised out{graph, {}};
  for (const Step& step : pipeline.steps) {
    DLAS_ASSIGN(PassReport report, run_step(out.graph, step));
    out.reports.push_back(std::move(report));
  }
  return out;
}

std::string headline(const PassReport& r) {
  if (!r.outcome.changes.empty())
    return fmt::format("{} change{}, {} -> {} nodes", r.outcome.changes.size(),
                       r.outcome.changes.size() == 1 ? "" : "s", r.nodes_before, r.nodes_after);
  return "unchanged" + (r.outcome.absent.empty() ? "" : ": " + for_terminal(r.outcome.absent));
}

std::string explain(const std::vector<PassReport>& reports, std::size_t longest) {
  std::string out;
  for (const PassReport& r : reports) {
    out += fmt::format("{:<30} {:>8.2f} ms  {}\n", r.pass, r.seconds * 1e3, headline(r));
    out += remarks(r.outcome.changes, longest);
    if (!r.outcome.obstacles.empty()) out += "  left alone\n" + remarks(r.outcome.obstacles, longest);
  }
  return out;
}

}  // namespace dlas::compiler
