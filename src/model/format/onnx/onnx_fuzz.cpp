// ONNX bytes -> graph -> one run on zeros: whatever the bytes, an answer or a typed error, within small budgets.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/limits.h"
#include "model/executor/reference.h"
#include "model/format/onnx/reader.h"

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
  dlas::limits().nodes = 10'000;
  const int memory = memfd_create("fuzz.onnx", MFD_CLOEXEC);
  if (memory < 0 || ::write(memory, data, size) != static_cast<ssize_t>(size)) return 0;
  {
    const auto file = dlas::open_file("/proc/self/fd/" + std::to_string(memory));
    if (file.ok()) {
      const auto graph = dlas::onnx::read(*file);
      if (graph.ok()) run_on_zeros(*graph);
    }
  }
  ::close(memory);
  return 0;
}
