// One run of any graph on inputs of zeros, unknown sizes taken as 1, within small budgets: what the fuzz targets of
// readers and graph text end with.
#pragma once

#include <vector>

#include "base/limits.h"
#include "model/executor/reference.h"

namespace dlas::testing {

inline void small_budgets() {
  limits().live_bytes = 1 << 22;
  limits().elements = 1 << 20;
  limits().operations = 1 << 22;
  limits().nodes = 10'000;
}

inline void run_on_zeros(const Graph& graph) {
  std::vector<Tensor> inputs;
  for (const ValueId v : graph.inputs) {
    const Type& type = graph.value(v).type;
    if (!type.ranked() || type.dtype == DType::none) return;
    Shape shape;
    for (const Dim& d : *type.dims) shape.push_back(d.known() ? d.size() : 1);
    auto zeros = Tensor::zeros(type.dtype, std::move(shape));
    if (!zeros.ok()) return;
    inputs.push_back(*std::move(zeros));
  }
  const auto executor = make_reference(graph);
  if (executor.ok()) static_cast<void>((*executor)->run(inputs, {}));
}

}  // namespace dlas::testing
