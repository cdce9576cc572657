// Graph text -> parse -> verify -> interpret: whatever the bytes, an answer or a typed error, within small budgets.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "model/executor/zeros_testing.h"
#include "model/graph/text_form.h"
#include "model/op/list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  dlas::testing::small_budgets();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto graph = dlas::parse_graph(text, dlas::op::find_op);
  if (graph.ok()) dlas::testing::run_on_zeros(*graph);
  return 0;
}
