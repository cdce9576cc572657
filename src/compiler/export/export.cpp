#include "compiler/export/export.h"

#include "compiler/pass/list.h"

namespace dlas::compiler {
namespace {

constexpr const Pass* kPasses[] = {&expand_quantized, &older_operators,      &order_filters,
                                   &relabel_contract, &separate_activations, &standard_operators};

Step step(const Pass& pass, const Settings& chosen = {}) {
  Step out{&pass, chosen};
  for (const Parameter& p : pass.parameters) out.settings.emplace(p.name, p.fallback);
  return out;
}

}  // namespace

std::span<const Pass* const> export_passes() { return kPasses; }

Pipeline onnx_form(std::int64_t opset, bool keep_contract) {
  Pipeline out{{step(order_filters), step(expand_quantized), step(separate_activations), step(canonicalize_pools),
                // ONNX has one layout, so no share of conversions is too large.
                step(choose_layout, {{"layout", "NCHW"}, {"share", "1000000"}}), step(standard_operators),
                step(older_operators, {{"opset", std::to_string(opset)}}), step(sink_transposes)}};
  if (!keep_contract) out.steps.push_back(step(relabel_contract));
  for (const Pass* pass : {&eliminate_duplicates, &remove_dead_code}) out.steps.push_back(step(*pass));
  return out;
}

}  // namespace dlas::compiler
