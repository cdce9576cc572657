// Bytes -> up to four nodes of any operators -> verify -> print and parse -> interpret: an answer of the inferred types or a typed
// error, whatever attributes and types meet.
//
// With the environment variable DLAS_TALLY a line an operator at the end: how often its types were refused, agreed to, computed.
#include <cstdio>
#include <cstdlib>
#include <map>

#include "base/limits.h"
#include "model/executor/random_nodes_testing.h"
#include "model/executor/reference.h"
#include "model/executor/zeros_testing.h"
#include "model/graph/text_form.h"
#include "model/graph/verify.h"

namespace {

using dlas::Graph;

void require(bool holds) {
  if (!holds) __builtin_trap();
}

struct Count {
  long refused = 0, agreed = 0, computed = 0;
};

// Counts only when asked to, and prints when the program ends.
struct Tally {
  bool on = std::getenv("DLAS_TALLY") != nullptr;
  std::map<std::string_view, Count> ops;
  ~Tally() {
    if (!on) return;
    long reached = 0;
    for (const dlas::Op* op : dlas::op::all_ops()) {
      const Count& count = ops[op->name];
      std::fprintf(stderr, "%-28s refused %8ld, agreed %8ld, computed %8ld\n", std::string(op->name).c_str(),
                   count.refused, count.agreed, count.computed);
      reached += count.computed > 0;
    }
    std::fprintf(stderr, "computed: %ld of %zu operators\n", reached, dlas::op::all_ops().size());
  }
};

bool run(const Graph& graph, dlas::testing::RandomNodes& source) {
  std::vector<dlas::Tensor> inputs;
  for (const dlas::ValueId v : graph.inputs)
    inputs.push_back(source.content(graph.value(v).type.dtype, graph.value(v).type.shape()));
  const auto executor = dlas::make_reference(graph);
  if (!executor.ok()) return false;
  const auto ran = (*executor)->run(inputs, {});
  if (!ran.ok()) return false;
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    const dlas::Type& type = graph.value(graph.outputs[i]).type;
    const dlas::Tensor& tensor = ran->outputs[i];
    require(type.dtype == dlas::DType::none || tensor.dtype() == type.dtype);
    if (!type.ranked()) continue;
    require(tensor.rank() == type.rank());
    for (std::size_t axis = 0; axis < type.rank(); ++axis)
      require(!type.dim(axis).known() || type.dim(axis).size() == tensor.dim(axis));
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Tally tally;
  dlas::testing::small_budgets();
  dlas::testing::RandomNodes source({data, size});
  const Graph graph = source.make();
  if (tally.on)
    for (const dlas::Op* op : source.refused()) ++tally.ops[op->name].refused;
  if (graph.nodes().empty()) return 0;
  const bool sound = dlas::verify(graph).ok();
  if (sound) {
    const auto again = dlas::parse_graph(dlas::to_text(graph), dlas::op::find_op);
    require(again.ok() && dlas::structure_hash(*again) == dlas::structure_hash(graph));
  }
  const bool ran = sound && run(graph, source);
  if (tally.on)
    for (const dlas::Node& node : graph.nodes()) {
      ++tally.ops[node.op->name].agreed;
      tally.ops[node.op->name].computed += ran;
    }
  return 0;
}
