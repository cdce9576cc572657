#include "study/open/opened.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/file.h"
#include "compiler/executor.h"
#include "model/executor/fold.h"
#include "model/format/tflite/reader.h"
#include "study/outline/outline.h"

namespace dlas::study {
namespace {

using Sizes = std::map<std::string, std::int64_t>;

const Tensor* array_for(const Graph& graph, const Value& input, const std::vector<data::NamedTensor>& arrays) {
  for (const auto& [name, tensor] : arrays)
    if (name == input.name || (arrays.size() == 1 && graph.inputs.size() == 1)) return &tensor;
  return nullptr;
}

// Unknown sizes of inputs, by name, as the arrays have them. Where two arrays disagree the first decides, and the
// executor refuses the second.
Sizes sizes_of(const Graph& graph, const std::vector<data::NamedTensor>& arrays) {
  Sizes sizes;
  for (const ValueId id : graph.inputs) {
    const Value& input = graph.value(id);
    const Tensor* array = array_for(graph, input, arrays);
    if (!array || !input.type.ranked() || input.type.rank() != array->rank()) continue;
    for (std::size_t axis = 0; axis < array->rank(); ++axis) {
      const Dim& dim = input.type.dim(axis);
      if (!dim.known() && (axis == 0 || !dim.name().empty()))
        sizes.emplace(dim.name().empty() ? "*" : dim.name(), array->dim(axis));
    }
  }
  return sizes;
}

Result<std::optional<tflite::Metadata>> metadata_of(const Model& model) {
  if (model.format != "TFLite") return std::optional<tflite::Metadata>();
  DLAS_ASSIGN(const File file, open_file(model.path));
  return tflite::metadata(file);
}

bool same_name(const Opened& model, const std::string& name) {
  const auto& inputs = model.graph().inputs;
  return std::ranges::any_of(inputs, [&](ValueId id) { return model.graph().value(id).name == name; });
}

}  // namespace

Result<Opened> open_model(const std::string& path, Traits traits, const std::vector<data::NamedTensor>& arrays,
                          const compiler::ExecutorSpec& spec) {
  DLAS_ASSIGN(Model model, load(path));
  return open_model(std::move(model), traits, arrays, spec);
}

Result<Opened> open_model(Model model, Traits traits, const std::vector<data::NamedTensor>& arrays,
                          const compiler::ExecutorSpec& spec) {
  Opened out;
  out.path = model.path;
  DLAS_ASSIGN(out.metadata, metadata_of(model));
  const Sizes sizes = arrays.empty() ? single_sizes(model.graph) : sizes_of(model.graph, arrays);
  if (!sizes.empty())
    if (auto bound = bind_sizes(model.graph, sizes); !bound.ok()) return std::move(bound).error().in(out.path);
  for (const auto& [name, size] : sizes)
    out.remarks.push_back(fmt::format("size {} taken as {}", name == "*" ? "of the batch" : "'" + name + "'", size));
  auto executor = compiler::make_executor(model.graph, spec, traits);
  if (!executor.ok()) return std::move(executor).error().in(out.path).try_this("dlas show " + out.path);
  out.executor = *std::move(executor);
  return out;
}

Result<Traits> traits_of(const std::string& kernels) {
  if (const auto parsed = op::quantized::parse_kernels(kernels)) return Traits{.kernels = *parsed};
  return make_error(Code::usage, "--kernels reference, builtin or xnnpack", kernels);
}

std::string left_out_text(std::uint64_t files) {
  if (files == 0) return "";
  return fmt::format("{} beside the pictures {} left out", files == 1 ? "1 file" : fmt::format("{} files", files),
                     files == 1 ? "was" : "were");
}

Result<std::vector<ValueId>> values_named(const Opened& model, const std::vector<std::string>& names) {
  const Graph& graph = model.graph();
  std::vector<ValueId> ids;
  std::vector<std::string_view> known;
  for (const Value& value : graph.values()) known.push_back(value.name);
  std::string unknown;
  for (const std::string& name : names) {
    ids.push_back(graph.find(name));
    if (ids.back() == kNone) unknown += (unknown.empty() ? "'" : ", '") + name + "'" + nearest(name, known);
  }
  if (unknown.empty()) return ids;
  return make_error(Code::not_found, "names of values of the model", unknown)
      .in(model.path)
      .try_this("dlas show " + model.path + " --json lists them");
}

Status check_arrays(const std::vector<data::NamedTensor>& arrays, const std::string& file,
                    std::initializer_list<const Opened*> models) {
  const bool lone = arrays.size() == 1 && arrays[0].first.empty() &&  // a .npy has no names
                    std::ranges::all_of(models, [](const Opened* model) { return model->graph().inputs.size() == 1; });
  if (lone) return {};
  std::string unknown;
  std::vector<std::string_view> inputs;
  for (const Opened* model : models)
    for (const ValueId id : model->graph().inputs) inputs.push_back(model->graph().value(id).name);
  for (const auto& [name, tensor] : arrays) {
    if (std::ranges::any_of(models, [&](const Opened* model) { return same_name(*model, name); })) continue;
    unknown += (unknown.empty() ? "'" : ", '") + name + "'" + (inputs.size() > 3 ? nearest(name, inputs) : "");
  }
  if (unknown.empty()) return {};
  std::string expected;  // each name once, as far as an error has room for them
  for (auto name = inputs.begin(); name != inputs.end() && expected.size() < 200; ++name)
    if (std::find(inputs.begin(), name, *name) == name)
      expected += (expected.empty() ? "'" : ", '") + std::string(*name) + "'";
  return make_error(Code::not_found, "arrays named as the inputs: " + (expected.empty() ? "none" : expected), unknown)
      .in(file);
}

}  // namespace dlas::study
