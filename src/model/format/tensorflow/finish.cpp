#include "model/format/tensorflow/finish.h"

#include <algorithm>

#include "model/executor/fold.h"
#include "model/graph/verify.h"

namespace dlas::tensorflow {
namespace {

// One value may be two outputs, or an input at once: then an Identity gives it a second name.
Result<ValueId> own_value(Build& build, const NamedOutput& output, const std::vector<ValueId>& before) {
  const Value& value = build.graph().value(output.value);
  if (value.producer != kNone && std::ranges::count(before, output.value) == 0) return output.value;
  build.begin(output.name, {build.source().path, output.name, std::nullopt, 0});
  DLAS_ASSIGN(const auto copy, build.finish("Identity", {}, {output.value}));
  return copy[0];
}

}  // namespace

Result<Graph> finish(Build& build, const std::vector<NamedOutput>& outputs) {
  Graph& graph = build.graph();
  std::vector<ValueId> made;
  for (const NamedOutput& output : outputs) {
    DLAS_ASSIGN(const ValueId value, own_value(build, output, made));
    made.push_back(value);
  }
  graph.outputs = made;
  DLAS_TRY(fold_constants(graph));
  graph.prune();
  // Where the name is free. The node keeps its own.
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (graph.find(outputs[i].name) == kNone) graph.value(graph.outputs[i]).name = outputs[i].name;
  graph.prune();  // which finds values by their names again
  DLAS_TRY(verify(graph));
  return std::move(graph);
}

}  // namespace dlas::tensorflow
