#include "compiler/executor.h"

#include <fmt/format.h>

#include <algorithm>
#include <list>
#include <mutex>
#include <numeric>

#include "base/limits.h"
#include "base/threads.h"
#include "compiler/lower/lower.h"
#include "compiler/runtime/session.h"
#include "model/executor/fold.h"
#include "model/executor/reference.h"

namespace dlas::compiler {
namespace {

constexpr std::size_t kPlansKept = 4;

struct Key {
  std::vector<Shape> shapes;  // of the inputs
  std::vector<ValueId> keep;  // sorted, once each
  bool operator==(const Key&) const = default;
};

struct Variant {
  Key key;
  std::vector<PassReport> passes;
  std::unique_ptr<Sessions> sessions;
};

// The graph for inputs of these sizes, with the values of `keep` as outputs behind its own.
Result<Graph> bound(const Graph& graph, const Key& key) {
  Graph out = graph;
  bool open = false;
  for (std::size_t i = 0; i < key.shapes.size(); ++i) {
    Type& type = out.value(out.inputs[i]).type;
    open |= !type.fixed();
    type.dims.emplace(key.shapes[i].begin(), key.shapes[i].end());
  }
  out.outputs.insert(out.outputs.end(), key.keep.begin(), key.keep.end());
  if (open) DLAS_TRY(fold_constants(out));
  return out;
}

Status check_work(const Program& program) {
  const auto work = std::accumulate(program.tasks.begin(), program.tasks.end(), std::uint64_t{0},
                                    [](std::uint64_t sum, const auto& task) { return sum + task->macs; });
  if (work <= limits().operations) return {};
  return make_error(Code::limit, fmt::format("at most {} operations in one run", limits().operations),
                    std::to_string(work));
}

class Compiled final : public CompiledExecutor {
 public:
  Compiled(const Graph& graph, ExecutorSpec spec, Pipeline pipeline, const algorithm::Target& target, Traits traits)
      : graph_(graph),
        spec_(std::move(spec)),
        pipeline_(std::move(pipeline)),
        target_(target),
        traits_(traits),
        steps_(has_steps(graph)) {}

  const Graph& graph() const override { return graph_; }

  std::string describe() const override {
    std::string out = fmt::format("compiled code: {}, level {}", target_.name, spec_.level);
    // The program's own number of threads changes no bit and is not told: equal answers give equal files.
    if (spec_.threads > 0) out += fmt::format(", {} thread{}", spec_.threads, spec_.threads == 1 ? "" : "s");
    for (const std::string& change : spec_.changes) out += ", " + change;
    return out;
  }

  // Sums of products are float32. Of real weights a layer is off by less than one rounding of its result; a thousand products of one
  // sign round one way: up to 17 after the layers of a network with one number for all weights.
  // Where values are quantised, a step is thousands of roundings, and their operators run in the reference kernels.
  double roundings() const override { return steps_ ? 1 : 16; }

  // Plans for the sizes that the graph itself gives, so that errors come before the first run.
  Status prepare() const {
    Key key;
    for (const ValueId v : graph_.inputs) {
      if (!graph_.value(v).type.fixed()) return {};
      key.shapes.push_back(graph_.value(v).type.shape());
    }
    const auto made = variant(key);
    return made.ok() ? Status() : made.error();
  }

  Result<Outputs> run(std::span<const Tensor> inputs, std::span<const ValueId> keep) const override {
    DLAS_TRY(check_inputs(graph_, inputs));
    DLAS_ASSIGN(const Key key, key_of(inputs, keep));
    DLAS_ASSIGN(const auto planned, variant(key));
    DLAS_ASSIGN(auto values, planned->sessions->run(inputs, inside_parallel_for() ? 1 : threads()));
    Outputs out;
    for (const ValueId v : keep) out.kept.push_back(kept(v, key, inputs, values));
    values.resize(graph_.outputs.size());
    out.outputs = std::move(values);
    return out;
  }

  Result<PlanReport> report(std::span<const Tensor> inputs, int rounds) const override {
    DLAS_TRY(check_inputs(graph_, inputs));
    DLAS_ASSIGN(const Key key, key_of(inputs, {}));
    DLAS_ASSIGN(const auto planned, variant(key));
    std::vector<Times> times(static_cast<std::size_t>(rounds));
    for (Times& one : times) {
      const auto done = planned->sessions->run(inputs, threads(), &one);
      if (!done.ok()) return done.error();
    }
    return described(*planned, times);
  }

 private:
  int threads() const { return spec_.threads == 0 ? dlas::threads() : spec_.threads; }

  bool is_input(ValueId v) const { return std::ranges::find(graph_.inputs, v) != graph_.inputs.end(); }

  Result<Key> key_of(std::span<const Tensor> inputs, std::span<const ValueId> keep) const {
    Key key;
    for (const Tensor& input : inputs) key.shapes.push_back(input.shape());
    for (const ValueId v : keep) {
      if (v < 0 || static_cast<std::size_t>(v) >= graph_.values().size())
        return make_error(Code::usage, "a value of the graph", fmt::format("number {}", v));
      const Value& value = graph_.value(v);
      if (is_input(v) || value.is_constant()) continue;
      if (value.producer == kNone)
        return make_error(Code::usage, "a value that the graph computes", "'" + value.name + "'");
      key.keep.push_back(v);
    }
    std::ranges::sort(key.keep);
    const auto again = std::ranges::unique(key.keep);
    key.keep.erase(again.begin(), again.end());
    return key;
  }

  Tensor kept(ValueId v, const Key& key, std::span<const Tensor> inputs, const std::vector<Tensor>& values) const {
    const auto input = std::ranges::find(graph_.inputs, v);
    if (input != graph_.inputs.end()) return inputs[static_cast<std::size_t>(input - graph_.inputs.begin())];
    if (graph_.value(v).is_constant()) return graph_.value(v).constant;
    const auto place = std::ranges::lower_bound(key.keep, v) - key.keep.begin();
    return values[graph_.outputs.size() + static_cast<std::size_t>(place)];
  }

  // The plan for these sizes and kept values, made when it is not there.
  Result<std::shared_ptr<const Variant>> variant(const Key& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(variants_, key, [](const auto& v) { return v->key; });
    if (found != variants_.end()) {
      variants_.splice(variants_.begin(), variants_, found);
      return variants_.front();
    }
    DLAS_ASSIGN(auto made, compiled(key));
    variants_.push_front(std::move(made));
    if (variants_.size() > kPlansKept) variants_.pop_back();
    return variants_.front();
  }

  Result<std::shared_ptr<const Variant>> compiled(const Key& key) const {
    auto made = std::make_shared<Variant>();
    made->key = key;
    DLAS_ASSIGN(const Graph fixed, bound(graph_, key));
    DLAS_ASSIGN(Optimised optimised, optimise(fixed, pipeline_));
    made->passes = std::move(optimised.reports);
    DLAS_ASSIGN(Program program, lower(std::make_shared<const Graph>(std::move(optimised.graph)), target_, traits_));
    DLAS_TRY(check_work(program));
    DLAS_ASSIGN(MemoryPlan memory, plan_memory(program, threads()));
    made->sessions = std::make_unique<Sessions>(Planned{std::move(program), std::move(memory)}, traits_);
    return std::shared_ptr<const Variant>(std::move(made));
  }

  static PlanReport described(const Variant& v, const std::vector<Times>& times) {
    const Planned& planned = v.sessions->planned();
    PlanReport out;
    out.passes = v.passes;
    out.arena_bytes = planned.memory.arena_bytes;
    out.lower_bound = planned.memory.lower_bound;
    out.without_reuse = planned.memory.without_reuse;
    for (std::size_t s = 0; s < planned.program.tasks.size(); ++s) {
      const Task& task = *planned.program.tasks[s];
      TaskReport report{
          task.node_name, task.op_name, task.describe(), task.fallback, task.macs, task.packed_bytes(), 0};
      out.packed_bytes += task.packed_bytes();
      for (const auto* slots : {&task.reads, &task.writes})
        for (const SlotId id : *slots) {
          const Slot& slot = planned.program.slot(id);
          report.bytes += slot.sized ? byte_size(slot.dtype, slot.shape).value_or(0) : 0;
        }
      std::vector<double> seconds;
      for (const Times& one : times) seconds.push_back(one[s]);
      if (!seconds.empty()) {
        std::ranges::nth_element(seconds, seconds.begin() + std::ssize(seconds) / 2);
        report.seconds = seconds[seconds.size() / 2];
      }
      out.tasks.push_back(std::move(report));
    }
    return out;
  }

  // Whether a value stands on a grid, by its type or by the operator that makes or reads it.
  static bool has_steps(const Graph& graph) {
    return std::ranges::any_of(graph.values(), [](const Value& v) { return v.type.quantized(); }) ||
           std::ranges::any_of(graph.nodes(),
                               [](const Node& n) { return n.op_name.find("Linear") != std::string::npos; });
  }

  Graph graph_;
  ExecutorSpec spec_;
  Pipeline pipeline_;
  algorithm::Target target_;
  Traits traits_;
  bool steps_;
  mutable std::mutex mutex_;
  mutable std::list<std::shared_ptr<const Variant>> variants_;  // the last used first
};

}  // namespace

double PlanReport::seconds() const {
  return std::accumulate(tasks.begin(), tasks.end(), 0.0,
                         [](double sum, const TaskReport& s) { return sum + s.seconds; });
}

double PlanReport::fallback_share() const {
  const bool timed = seconds() > 0;
  double all = 0, fallen = 0;
  for (const TaskReport& s : tasks) {
    const double weight = timed ? s.seconds : 1;
    all += weight;
    if (!s.fallback.empty()) fallen += weight;
  }
  return all > 0 ? fallen / all : 0;
}

Result<std::unique_ptr<CompiledExecutor>> make_compiled(const Graph& graph, const ExecutorSpec& spec, Traits traits) {
  DLAS_TRY(check_executable(graph));
  DLAS_ASSIGN(Pipeline pipeline, pipeline_of(spec));
  algorithm::Target target = algorithm::native();
  if (!spec.target.empty()) {
    DLAS_ASSIGN(target, algorithm::parse_target(spec.target));
  }
  auto made = std::make_unique<Compiled>(graph, spec, std::move(pipeline), target, traits);
  DLAS_TRY(made->prepare());
  return std::unique_ptr<CompiledExecutor>(std::move(made));
}

bool compiles_automatically(const Graph& graph) {
  constexpr std::size_t kMostNodes = 10'000;
  return graph.nodes().size() <= kMostNodes &&
         std::ranges::none_of(graph.values(), [](const Value& v) { return v.type.quantized(); });
}

Result<std::unique_ptr<Executor>> make_executor(const Graph& graph, const ExecutorSpec& spec, Traits traits) {
  using Kind = ExecutorSpec::Kind;
  const bool compiles = spec.kind == Kind::compiled || (spec.kind == Kind::automatic && compiles_automatically(graph));
  if (!compiles) return make_reference(graph, traits);
  DLAS_ASSIGN(auto made, make_compiled(graph, spec, traits));
  return std::unique_ptr<Executor>(std::move(made));
}

}  // namespace dlas::compiler
