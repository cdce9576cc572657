#include "model/executor/reference.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/threads.h"
#include "model/executor/execution.h"
#include "model/executor/units.h"
#include "model/graph/verify.h"

namespace dlas {
namespace {

std::size_t at(ValueId v) { return static_cast<std::size_t>(v); }

// For each node the values that no later node reads.
std::vector<std::vector<ValueId>> last_uses(const Graph& graph) {
  std::vector<std::size_t> last(graph.values().size(), graph.nodes().size());
  for (std::size_t n = 0; n < graph.nodes().size(); ++n) {
    for (const ValueId v : graph.nodes()[n].outputs)
      if (v != kNone) last[at(v)] = n;
    for (const ValueId v : graph.nodes()[n].inputs)
      if (v != kNone) last[at(v)] = n;
  }
  for (const ValueId v : graph.outputs) last[at(v)] = graph.nodes().size();
  std::vector<std::vector<ValueId>> ends(graph.nodes().size());
  for (std::size_t v = 0; v < last.size(); ++v)
    if (last[v] < ends.size()) ends[last[v]].push_back(static_cast<ValueId>(v));
  return ends;
}

std::vector<Tensor> inputs_of(const Node& node, const std::vector<Tensor>& values) {
  std::vector<Tensor> in;
  for (const ValueId v : node.inputs) in.push_back(v == kNone ? Tensor() : values[at(v)]);
  return in;
}

class Reference final : public Executor {
 public:
  Reference(const Graph& graph, Traits traits, Observer observer)
      : graph_(graph),
        traits_(traits),
        observer_(std::move(observer)),
        known_(graph.values().size()),
        done_(graph.nodes().size(), 0),
        ends_(last_uses(graph)) {}

  std::string describe() const override {
    return fmt::format("reference interpreter, quantised arithmetic of {}", op::quantized::text(traits_.kernels));
  }
  const Graph& graph() const override { return graph_; }

  // Computes what depends on constants only.
  Status prepare() {
    for (std::size_t v = 0; v < known_.size(); ++v) known_[v] = graph_.values()[v].constant;
    std::vector<char> ready(known_.size(), 0);
    for (std::size_t v = 0; v < known_.size(); ++v) ready[v] = graph_.values()[v].is_constant();
    for (std::size_t n = 0; n < done_.size(); ++n) {
      const Node& node = graph_.nodes()[n];
      if (!std::ranges::all_of(node.inputs, [&](ValueId v) { return v == kNone || ready[at(v)]; })) continue;
      DLAS_TRY(step(node, known_, usage_));
      done_[n] = 1;
      for (const ValueId v : node.outputs)
        if (v != kNone) ready[at(v)] = 1;
    }
    usage_.operations = 0;  // counted a run
    return {};
  }

  Result<Outputs> run(std::span<const Tensor> inputs, std::span<const ValueId> keep) const override {
    DLAS_TRY(check_inputs(graph_, inputs));
    std::vector<char> kept(known_.size(), 0);
    for (const ValueId v : keep) {
      if (v < 0 || at(v) >= known_.size())
        return make_error(Code::usage, "a value of the graph", fmt::format("number {}", v));
      kept[at(v)] = 1;
    }
    std::vector<Tensor> values = known_;
    Usage usage = usage_;
    for (std::size_t i = 0; i < inputs.size(); ++i) values[at(graph_.inputs[i])] = inputs[i];
    for (const ValueId v : graph_.inputs) observe(v, values);
    for (std::size_t n = 0; n < done_.size(); ++n) {
      if (!done_[n]) {
        if (stop_requested()) return make_error(Code::cancelled, "", "stopped by the user");
        DLAS_TRY(step(graph_.nodes()[n], values, usage));
        for (const ValueId v : graph_.nodes()[n].outputs) observe(v, values);
      }
      release(n, kept, values, usage);
    }
    return collect(values, keep);
  }

 private:
  Status step(const Node& node, std::vector<Tensor>& values, Usage& usage) const {
    const auto in = inputs_of(node, values);
    DLAS_ASSIGN(auto out, execute(graph_, node, actual_types(graph_, node, in), in, traits_, usage));
    for (std::size_t i = 0; i < node.outputs.size(); ++i)
      if (node.outputs[i] != kNone) values[at(node.outputs[i])] = std::move(out[i]);
    return {};
  }

  void observe(ValueId v, std::vector<Tensor>& values) const {
    if (observer_ && v != kNone) observer_(v, values[at(v)]);
  }

  void release(std::size_t n, const std::vector<char>& kept, std::vector<Tensor>& values, Usage& usage) const {
    for (const ValueId v : ends_[n]) {
      if (kept[at(v)] || !known_[at(v)].absent()) continue;
      if (graph_.value(v).producer != kNone)
        usage.live_bytes -= std::min<std::uint64_t>(usage.live_bytes, values[at(v)].bytes().size());
      values[at(v)] = Tensor();
    }
  }

  Result<Outputs> collect(const std::vector<Tensor>& values, std::span<const ValueId> keep) const {
    Outputs result;
    for (const ValueId v : graph_.outputs) result.outputs.push_back(values[at(v)]);
    for (const ValueId v : keep) {
      if (values[at(v)].absent())
        return make_error(Code::usage, "a value that the graph computes", "'" + graph_.value(v).name + "'");
      result.kept.push_back(values[at(v)]);
    }
    return result;
  }

  Graph graph_;
  Traits traits_;
  Observer observer_;
  std::vector<Tensor> known_;  // constants and what depends on them only
  std::vector<char> done_;     // nodes whose outputs are known
  Usage usage_;                // of what is known
  std::vector<std::vector<ValueId>> ends_;
};

Status check_operators(const Graph& graph) {
  std::map<std::string, int> unknown;
  const Node* first = nullptr;
  for (const Node& node : graph.nodes())
    if (!node.op) {
      if (!first) first = &node;
      ++unknown[node.op_name];
    }
  if (!first) return {};
  std::string found;
  for (const auto& [name, times] : unknown) found += fmt::format("{}{} ({})", found.empty() ? "" : ", ", name, times);
  return make_error(Code::unsupported, "operators that dlas computes", found).at_node(first->name, first->op_name);
}

bool fits(const Dim& dim, std::int64_t size, std::map<std::string, std::int64_t>& symbols) {
  if (dim.known()) return dim.size() == size;
  return dim.name().empty() || symbols.emplace(dim.name(), size).first->second == size;
}

// Sequences, text and element types that dlas does not compute with leave an input without a type.
Status check_input_types(const Graph& graph) {
  for (const ValueId v : graph.inputs)
    if (graph.value(v).type.dtype == DType::none)
      return make_error(Code::unsupported, "a tensor of numbers", "an input of another type")
          .at_slot("input '" + graph.value(v).name + "'");
  return {};
}

}  // namespace

Status check_executable(const Graph& graph) {
  DLAS_TRY(check_operators(graph));
  DLAS_TRY(check_input_types(graph));
  DLAS_TRY(verify(graph));
  for (const Node& node : graph.nodes()) DLAS_TRY(check_units(graph, node));
  return {};
}

Status check_inputs(const Graph& graph, std::span<const Tensor> inputs) {
  if (inputs.size() != graph.inputs.size())
    return make_error(Code::mismatch, fmt::format("{} inputs", graph.inputs.size()), fmt::format("{}", inputs.size()));
  std::map<std::string, std::int64_t> symbols;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Value& value = graph.value(graph.inputs[i]);
    bool right = !inputs[i].absent() && value.type.dtype == inputs[i].dtype();
    if (right && value.type.ranked()) {
      right = value.type.rank() == inputs[i].rank();
      for (std::size_t axis = 0; right && axis < inputs[i].rank(); ++axis)
        right = fits(value.type.dim(axis), inputs[i].dim(axis), symbols);
    }
    if (!right)
      return make_error(Code::mismatch, text(value.type), inputs[i].absent() ? "none" : text(Type::of(inputs[i])))
          .at_slot("input '" + value.name + "'");
  }
  return {};
}

Result<std::unique_ptr<Executor>> make_reference(const Graph& graph, Traits traits, Observer observer) {
  DLAS_TRY(check_executable(graph));
  auto made = std::make_unique<Reference>(graph, traits, std::move(observer));
  DLAS_TRY(made->prepare());
  return std::unique_ptr<Executor>(std::move(made));
}

}  // namespace dlas
