// GraphDef -> graph -> one run on zeros; and what a SavedModel says before its variables are looked for.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/limits.h"
#include "model/executor/zeros_testing.h"
#include "model/format/tensorflow/meta_graph.h"
#include "model/format/tensorflow/reader.h"
#include "model/format/tensorflow/restore.h"

namespace tensorflow = dlas::tensorflow;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  dlas::testing::small_budgets();
  dlas::limits().folded_bytes = 1 << 20;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto graph = tensorflow::read_graph(bytes, nullptr, "fuzz.pb");
  if (graph.ok()) dlas::testing::run_on_zeros(*graph);
  static_cast<void>(tensorflow::is_graph(bytes));
  if (!tensorflow::is_saved_model(bytes)) return 0;
  const auto metas = tensorflow::parse_saved_model({bytes, 0});
  if (!metas.ok()) return 0;
  for (const auto& meta : *metas) {
    const auto parsed = tensorflow::parse_graph(meta.graph);
    if (parsed.ok()) static_cast<void>(tensorflow::restored_variables(*parsed, meta.restore));
  }
  return 0;
}
