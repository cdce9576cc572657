// ONNX bytes -> graph -> one run on zeros: whatever the bytes, an answer or a typed error, within small budgets.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/file.h"
#include "model/executor/zeros_testing.h"
#include "model/format/onnx/reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  dlas::testing::small_budgets();
  const int memory = memfd_create("fuzz.onnx", MFD_CLOEXEC);
  if (memory < 0 || ::write(memory, data, size) != static_cast<ssize_t>(size)) return 0;
  {
    const auto file = dlas::open_file("/proc/self/fd/" + std::to_string(memory));
    if (file.ok()) {
      const auto graph = dlas::onnx::read(*file);
      if (graph.ok()) dlas::testing::run_on_zeros(*graph);
    }
  }
  ::close(memory);
  return 0;
}
