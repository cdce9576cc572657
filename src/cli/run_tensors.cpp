// dlas run --inputs: any tensors in, any values out.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/run.h"
#include "study/compare/diff.h"

namespace dlas::cli {
namespace {

Status write_values(const std::string& path, const std::vector<data::NamedTensor>& named) {
  if (extension_of(path) != ".npy") return data::write_npz(path, named);
  if (named.size() == 1) return data::write_npy(path, named[0].second);
  return make_error(Code::usage, "one value for a .npy", std::to_string(named.size()) + " values")
      .try_this("--outputs with a name that ends in .npz");
}

}  // namespace

Status run_tensors(const study::Opened& model, const std::vector<data::NamedTensor>& arrays, const RunOptions& o) {
  const Graph& graph = model.graph();
  DLAS_TRY(study::check_arrays(arrays, o.inputs, {&model}));
  auto inputs = study::inputs_by_name(graph, arrays);
  if (!inputs.ok()) return std::move(inputs).error().in(o.inputs);
  DLAS_ASSIGN(const std::vector<ValueId> keep, study::values_named(model, o.keep));
  auto run = model.executor->run(*inputs, keep);
  if (!run.ok()) return std::move(run).error().in(o.model);
  std::vector<data::NamedTensor> named;
  const auto add = [&](const std::string& name, const Tensor& tensor) {  // a value may be asked for twice
    if (std::ranges::find(named, name, &data::NamedTensor::first) == named.end()) named.emplace_back(name, tensor);
  };
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) add(graph.value(graph.outputs[i]).name, run->outputs[i]);
  for (std::size_t i = 0; i < keep.size(); ++i) add(o.keep[i], run->kept[i]);
  if (!o.outputs.empty()) DLAS_TRY(write_values(o.outputs, named));
  nlohmann::ordered_json json = {{"schema", "dlas.run/1"},
                                 {"model", valid_utf8(o.model)},
                                 {"executor", valid_utf8(model.executor->describe())},
                                 {"values", nlohmann::ordered_json::array()}};
  std::string lines;
  for (const auto& [name, tensor] : named) {
    json["values"].push_back({{"name", valid_utf8(name)},
                              {"dtype", text(tensor.dtype())},
                              {"shape", tensor.shape()},
                              {"not_finite", study::not_finite(tensor)},
                              {"hash", text(hash_of(tensor))}});
    lines += for_terminal(name) + ": " + text(tensor);
    if (const std::int64_t n = study::not_finite(tensor); n > 0)
      lines += fmt::format(", {} NaN or infinite", thousands(static_cast<std::uint64_t>(n)));
    lines += "\n";
  }
  print(o.json ? pretty(json) : lines);
  return {};
}

}  // namespace dlas::cli
