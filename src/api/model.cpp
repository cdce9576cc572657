// load, show and run of include/dlas/model.h.
#include <algorithm>

#include "api/inside.h"

namespace dlas {
inline namespace v1 {
namespace {

std::vector<Port> ports(const Graph& graph, const std::vector<ValueId>& ids) {
  std::vector<Port> out;
  for (const ValueId id : ids) {
    const Value& value = graph.value(id);
    Port port{value.name, std::string(text(value.type.dtype)), {}};
    if (value.type.ranked())
      for (const Dim& dim : *value.type.dims) port.shape.push_back(dim.known() ? dim.size() : -1);
    out.push_back(std::move(port));
  }
  return out;
}

std::string severity(Severity severity) {
  switch (severity) {
    case Severity::not_executable: return "not executable";
    case Severity::warning: return "warning";
    case Severity::info: return "info";
  }
  return "info";
}

inside::Result<v1::Tensors> run_inside(const v1::Model& model, const v1::Tensors& inputs,
                                       const std::vector<std::string>& keep) {
  DLAS_ASSIGN(const auto arrays, inside::inner(inputs));
  DLAS_ASSIGN(const study::Opened opened, study::open_model(model.state().model, {}, arrays));
  DLAS_TRY(study::check_arrays(arrays, "", {&opened}));
  DLAS_ASSIGN(const auto tensors, study::inputs_by_name(opened.graph(), arrays));
  DLAS_ASSIGN(const auto kept, study::values_named(opened, keep));
  auto done = opened.executor->run(tensors, kept);
  if (!done.ok()) return std::move(done).error().in(opened.path);
  v1::Tensors out;
  const Graph& graph = opened.graph();
  for (std::size_t i = 0; i < graph.outputs.size(); ++i)
    out.emplace(graph.value(graph.outputs[i]).name, inside::outer(done->outputs[i]));
  for (std::size_t i = 0; i < kept.size(); ++i) out.emplace(keep[i], inside::outer(done->kept[i]));
  return out;
}

}  // namespace

v1::Model::Model(std::shared_ptr<const State> state) : state_(std::move(state)) {}
const std::string& v1::Model::path() const { return state_->model.path; }
const v1::Model::State& v1::Model::state() const { return *state_; }

v1::Result<v1::Model> load(const std::string& path) {
  auto loaded = inside::load(path);
  if (!loaded.ok()) return inside::outer(loaded.error());
  return v1::Model(std::make_shared<v1::Model::State>(*std::move(loaded)));
}

v1::Outline show(const v1::Model& model) {
  const Graph& graph = model.state().model.graph;
  const study::Outline outline = study::outline(graph);
  v1::Outline out;
  out.format = model.state().model.format;
  out.inputs = ports(graph, graph.inputs);
  out.outputs = ports(graph, graph.outputs);
  out.operators = outline.operators;
  for (const Value& value : graph.values()) out.values.push_back(value.name);
  out.parameters = outline.totals.parameters;
  out.macs = outline.totals.macs;
  out.activation_bytes = outline.totals.peak_activation_bytes;
  for (const Note& note : outline.faults) out.faults.push_back({severity(note.severity), note.node, note.text});
  return out;
}

v1::Result<v1::Tensors> run(const v1::Model& model, const v1::Tensors& inputs, const std::vector<std::string>& keep) {
  auto done = run_inside(model, inputs, keep);
  if (!done.ok()) return inside::outer(done.error());
  return *std::move(done);
}

}  // namespace v1
}  // namespace dlas
