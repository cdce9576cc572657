// TFLite bytes -> graph -> one run on zeros: whatever the bytes, an answer or a typed error, within small budgets.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/limits.h"
#include "model/executor/reference.h"
#include "model/format/tflite/reader.h"

namespace {

void run_on_zeros(const dlas::Graph& graph) {
  std::vector<dlas::Tensor> inputs;
  for (const dlas::ValueId v : graph.inputs) {
    dlas::Shape shape;
    const dlas::Type& type = graph.value(v).type;
    if (!type.ranked() || type.dtype == dlas::DType::none) return;
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
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
  const auto graph = dlas::tflite::read(bytes, nullptr, "fuzz.tflite");
  if (graph.ok()) run_on_zeros(*graph);
  return 0;
}
