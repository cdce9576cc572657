#include "study/localize/report.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "study/compare/align.h"
#include "study/localize/rule/rule.h"

namespace dlas::study::localize {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

// What the source computes between aligned values to make this one.
std::vector<NodeId> source_nodes(const Models& models, const std::vector<Aligned>& pairs, const Aligned& pair) {
  std::set<ValueId> cuts;
  for (const Aligned& p : pairs) cuts.insert(p.a);
  const auto found = cone(models.a.graph, cuts, pair.a);
  return found.ok() ? found->nodes : std::vector<NodeId>();
}

std::vector<NodeId> target_nodes(const Models& models, const Probe& probe, const Aligned& pair) {
  if (const Region* region = probe.region(pair)) return region->nodes;
  return {models.flow_b.steps[at(pair.step_b)].node};
}

// The larger the error above the floor, the surer; a region that cannot run is sure.
double confidence_of(const Tested& tested, double floor, double alignment) {
  if (!std::isfinite(tested.median)) return 0.5 + alignment / 2;
  const double ratio = std::max(tested.median, tested.largest / 10) / std::max(floor, 1e-12);
  return std::clamp(1 - 1 / std::max(ratio, 1.0), 0.0, 1.0) * (0.5 + alignment / 2);
}

// Share of the first output's error that goes when the target runs on its own values but for this one, which is the source's.
std::optional<double> recovered(const Models& models, const std::vector<Aligned>& pairs, const Aligned& pair,
                                const Probe& probe, const Contents& of_b) {
  if (models.flow_b.outputs.empty() || models.flow_b.outputs[0] < 0) return std::nullopt;
  const auto output = std::ranges::find(pairs, models.flow_b.outputs[0], &Aligned::step_b);
  if (output == pairs.end()) return std::nullopt;
  const Tensor& wanted = probe.of_source().at(output->a);
  const auto error = [&](const Tensor& made) {
    return made.count() == wanted.count() ? deviation(wanted, reordered(made, output->order)).relative : 1e30;
  };
  const double before = error(of_b.at(output->b));
  if (!(before > 0) || output->b == pair.b) return output->b == pair.b ? std::optional(1.0) : std::nullopt;
  std::set<ValueId> cuts(models.b.graph.inputs.begin(), models.b.graph.inputs.end());
  cuts.insert(pair.b);
  const auto behind = cone(models.b.graph, cuts, output->b);
  if (!behind.ok()) return std::nullopt;
  std::vector<Tensor> given;
  std::vector<Shape> sizes;
  for (const ValueId v : behind->reads) {
    given.push_back(v == pair.b ? as_target(probe.of_source().at(pair.a), pair.order, models.b.graph.value(v).type)
                                : of_b.at(v));
    sizes.push_back(given.back().shape());
  }
  const auto region = make_region(*behind, sizes);
  if (!region.ok()) return std::nullopt;
  const auto made = run(*region, given);
  return made.ok() ? std::optional(1 - error(*made) / before) : std::nullopt;
}

// Nodes that compute come before those that only move data.
void put_computing_first(const Graph& graph, std::vector<NodeId>& nodes) {
  std::ranges::reverse(nodes);
  std::ranges::stable_partition(nodes, [&](NodeId n) { return !passes_through(graph.node(n)); });
}

}  // namespace

std::vector<NodeName> names_of(const NormalForm& form, const std::vector<NodeId>& nodes) {
  std::vector<NodeName> out;
  std::set<NodeId> seen;
  for (const NodeId n : nodes)
    for (const NodeId origin : form.origins[static_cast<std::size_t>(n)])
      if (seen.insert(origin).second) {
        const Node& node = form.file.node(origin);
        out.push_back({node.name, node.op_name});
      }
  return out;
}

std::vector<Finding> findings_of(const Models& models, const Measured& measured, const Probe& probe,
                                 const Contents& of_b) {
  std::vector<Finding> out;
  const auto& pairs = measured.settled.pairs;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const Tested& tested = measured.tested[i];
    if (!tested.fault) continue;
    Finding f;
    std::vector<NodeId> nodes_a = source_nodes(models, pairs, pairs[i]),
                        nodes_b = target_nodes(models, probe, pairs[i]);
    put_computing_first(models.a.graph, nodes_a);
    put_computing_first(models.b.graph, nodes_b);
    f.source_nodes = names_of(models.a, nodes_a);
    f.target_nodes = names_of(models.b, nodes_b);
    f.source_value = models.a.graph.value(pairs[i].a).name;
    f.target_value = models.b.graph.value(pairs[i].b).name;
    f.local_error = tested.median;
    f.free_error = measured.free_errors[i];
    f.noise_floor = measured.settled.locals[i].floor;
    f.p = tested.p;
    f.confidence = confidence_of(tested, f.noise_floor, pairs[i].confidence);
    f.recovered = recovered(models, pairs, pairs[i], probe, of_b);
    if (const auto c = case_of(models, measured.settled, i, probe); c.ok()) diagnose(*c, f);
    out.push_back(std::move(f));
  }
  std::ranges::stable_sort(out, std::greater(), [](const Finding& f) {
    return std::pair(f.confirmed, f.local_error / std::max(f.noise_floor, 1e-12));
  });
  return out;
}

std::vector<Localization::Place> places_of(const Models& models, const Measured& measured) {
  std::vector<Localization::Place> out;
  const auto& pairs = measured.settled.pairs;
  const auto op_of = [](const Graph& graph, ValueId v) {
    const NodeId producer = graph.value(v).producer;
    return producer == kNone ? std::string() : graph.node(producer).op_name;
  };
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    Localization::Place place;
    place.value_a = models.a.graph.value(pairs[i].a).name;
    place.value_b = models.b.graph.value(pairs[i].b).name;
    place.op_a = op_of(models.a.graph, pairs[i].a);
    place.op_b = op_of(models.b.graph, pairs[i].b);
    for (const std::size_t axis : pairs[i].order)
      place.layout += (place.layout.empty() ? "" : ",") + std::to_string(axis);
    place.local_error = measured.tested[i].median;
    place.free_error = measured.free_errors[i];
    place.noise_floor = measured.settled.locals[i].floor;
    place.confidence = pairs[i].confidence;
    place.finding = measured.tested[i].fault;
    out.push_back(std::move(place));
  }
  return out;
}

}  // namespace dlas::study::localize
