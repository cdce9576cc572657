#include "study/localize/normal/origins.h"

#include <algorithm>
#include <set>

namespace dlas::study::localize {
namespace {

using Values = std::set<ValueId>;

std::size_t at(std::int32_t id) { return static_cast<std::size_t>(id); }

class Links {
 public:
  Links(const Graph& graph, const Graph& file) : graph_(graph), file_(file) {
    ends_.resize(graph.values().size());
    starts_.resize(graph.values().size());
    for (const ValueId v : graph.inputs) starts_[at(v)] = named(v);
    for (const Node& node : graph.nodes())
      for (const ValueId v : node.outputs)
        if (v != kNone) starts_[at(v)] = named(v).empty() ? read_by(node) : named(v);
    const auto readers = graph.users();
    for (auto node = graph.nodes().rbegin(); node != graph.nodes().rend(); ++node)
      for (const ValueId v : node->outputs) {
        if (v == kNone) continue;
        ends_[at(v)] = named(v);
        if (ends_[at(v)].empty())
          for (const NodeId reader : readers[at(v)]) add_ends(graph.node(reader), ends_[at(v)]);
      }
  }

  std::vector<NodeId> of(const Node& node) const {
    Values to;
    add_ends(node, to);
    std::vector<NodeId> found = between(read_by(node), to);
    const auto same = std::ranges::find_if(found, [&](NodeId n) { return file_.node(n).name == node.name; });
    if (same != found.end()) std::rotate(found.begin(), same, same + 1);
    return found;
  }

 private:
  Values named(ValueId v) const {
    const ValueId there = file_.find(graph_.value(v).name);
    return there == kNone || file_.value(there).is_constant() ? Values() : Values{there};
  }
  void add_ends(const Node& node, Values& to) const {
    for (const ValueId v : node.outputs)
      if (v != kNone) to.insert(ends_[at(v)].begin(), ends_[at(v)].end());
  }
  Values read_by(const Node& node) const {
    Values from;
    for (const ValueId v : node.inputs)
      if (v != kNone) from.insert(starts_[at(v)].begin(), starts_[at(v)].end());
    return from;
  }
  std::vector<NodeId> between(const Values& from, const Values& to) const {
    std::vector<NodeId> found;
    std::set<NodeId> seen;
    std::vector<ValueId> open(to.begin(), to.end());
    for (std::size_t i = 0; i < open.size(); ++i) {
      const NodeId producer = file_.value(open[i]).producer;
      if (producer == kNone || from.contains(open[i]) || !seen.insert(producer).second) continue;
      found.push_back(producer);
      for (const ValueId v : file_.node(producer).inputs)
        if (v != kNone) open.push_back(v);
    }
    return found;
  }

  const Graph &graph_, &file_;
  std::vector<Values> starts_,
      ends_;  // by value: values of the file before it and behind it, itself when it has its name there
};

}  // namespace

std::vector<std::vector<NodeId>> origins(const Graph& graph, const Graph& file) {
  const Links links(graph, file);
  std::vector<std::vector<NodeId>> out;
  for (const Node& node : graph.nodes()) out.push_back(links.of(node));
  return out;
}

}  // namespace dlas::study::localize
