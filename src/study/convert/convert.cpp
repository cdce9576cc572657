#include "study/convert/convert.h"

#include <fmt/format.h>

#include "base/file.h"
#include "compiler/export/export.h"
#include "dlas_version.h"
#include "model/format/onnx/opset.h"
#include "model/format/onnx/writer.h"

namespace dlas::study {

std::vector<std::string> written_extensions() { return {".onnx"}; }

Result<Converted> convert(const Graph& graph, std::string_view path, const ConvertOptions& options) {
  if (extension_of(path) != ".onnx")
    return make_error(Code::usage, fmt::format("a name that ends in {}", fmt::join(written_extensions(), " or ")),
                      std::string(path));
  const compiler::Pipeline pipeline =
      compiler::onnx_form(options.opset.value_or(onnx::kUsualOpset), options.keep_io_layout);
  DLAS_ASSIGN(compiler::Optimised form, compiler::optimise(graph, pipeline));
  Converted out;
  out.format = "ONNX";
  out.nodes_before = graph.nodes().size();
  out.nodes_after = form.graph.nodes().size();
  DLAS_ASSIGN(out.bytes, onnx::to_bytes(form.graph, {options.opset, "dlas", kVersion}));
  out.passes = std::move(form.reports);
  for (const compiler::PassReport& report : out.passes)
    if (report.pass == compiler::relabel_contract.name)
      for (const compiler::Remark& change : report.outcome.changes) out.turned.insert(change.node);
  out.graph = std::move(form.graph);
  return out;
}

}  // namespace dlas::study
