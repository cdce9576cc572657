// Graph text -> parse -> verify -> interpret: whatever the bytes, an answer or a typed error, within small budgets.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/limits.h"
#include "model/executor/reference.h"
#include "model/graph/text_form.h"
#include "model/op/list.h"

namespace {

void run_on_zeros(const dlas::Graph& graph) {
  std::vector<dlas::Tensor> inputs;
  for (const dlas::ValueId v : graph.inputs) {
    dlas::Shape shape;
    const dlas::Type& type = graph.value(v).type;
    if (!type.ranked()) return;
    for (const dlas::Dim& d : *type.dims) shape.push_back(d.known() ? d.size() : 1);
    auto zeros = dlas::Tensor::zeros(type.dtype, std::move(shape));
    if (!zeros.ok()) return;
    inputs.push_back(*std::move(zeros));
  }
  const auto executor = dlas::make_reference(graph);
  if (executor.ok()) static_cast<void>((*executor)->run(inputs, {}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  dlas::limits().live_bytes = 1 << 22;
  dlas::limits().elements = 1 << 20;
  dlas::limits().operations = 1 << 22;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto graph = dlas::parse_graph(text, dlas::op::find_op);
  if (!graph.ok()) return 0;
  run_on_zeros(*graph);
  return 0;
}
