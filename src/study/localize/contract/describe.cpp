#include "study/localize/contract/describe.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "study/compare/background.h"

namespace dlas::study::localize {
namespace {

std::string layout_of(const Graph& file) {
  if (file.inputs.empty() || !file.value(file.inputs[0]).type.fixed()) return "";
  const Shape shape = file.value(file.inputs[0]).type.shape();
  const auto axis = channel_axis(shape);
  return !axis ? "" : *axis == 1 ? "NCHW" : "NHWC";
}

std::string name_of_output(const Graph& file, std::size_t i) { return file.value(file.outputs[i]).name; }

Finding extra_outputs(const Models& models) {
  const std::size_t wanted = models.a.file.outputs.size(), found = models.b.file.outputs.size();
  Finding out;
  out.category = Category::tensor_structure;
  out.rule = "outputs";
  out.diagnosis = fmt::format("it has {} output{} where the source has {}", found, found == 1 ? "" : "s", wanted);
  out.confidence = 1;
  SetOutputs keep;
  for (std::size_t i = 0; i < std::min(wanted, found); ++i) keep.after.push_back(name_of_output(models.b.file, i));
  if (found > wanted) out.proposals.push_back(keep);
  for (std::size_t i = wanted; i < found; ++i) {
    const NodeId producer = models.b.file.value(models.b.file.outputs[i]).producer;
    if (producer == kNone) continue;
    const Node& node = models.b.file.node(producer);
    out.target_nodes.push_back({node.name, node.op_name});
  }
  return out;
}

Finding other_answers(Scale a, Scale b) {
  Finding out;
  out.category = Category::graph;
  out.rule = "answers";
  out.diagnosis = fmt::format("it gives {} where the source gives {}", scale_text(b), scale_text(a));
  out.evidence.push_back("the order of the classes is the same; their distances are not");
  out.confidence = 1;
  out.proposals.push_back(SetContract{"answers", std::string(scale_text(b)), std::nullopt});
  return out;
}

NodeName last_node(const Graph& file) {
  const NodeId producer = file.value(file.outputs[0]).producer;
  return producer == kNone ? NodeName{} : NodeName{file.node(producer).name, file.node(producer).op_name};
}

std::string map_text(const InputMap& map) {
  std::string out;
  for (std::size_t t = 0; t < map.channels(); ++t) {
    out += fmt::format("{}channel {} =", out.empty() ? "" : ", ", t);
    for (std::size_t c = 0; c < map.channels(); ++c)
      if (map.matrix[t][c] != 0) out += fmt::format(" {} x source's {}", significant(map.matrix[t][c]), c);
    out += fmt::format(" {} {}", map.offset[t] < 0 ? "-" : "+", significant(std::abs(map.offset[t])));
  }
  return out;
}

}  // namespace

void describe_contract(const Models& models, Contract& contract) {
  contract.input_layout_a = layout_of(models.a.file);
  contract.input_layout_b = layout_of(models.b.file);
  contract.output_scale_a = scale_text(output_scale(models.a.file));
  contract.output_scale_b = scale_text(output_scale(models.b.file));
  contract.outputs_a = std::ssize(models.a.file.outputs);
  contract.outputs_b = std::ssize(models.b.file.outputs);
  contract.classes_a = class_outputs(models.a.file);
  contract.classes_b = class_outputs(models.b.file);
}

std::vector<Finding> output_findings(const Models& models, const Matching& matching) {
  std::vector<Finding> out;
  if (models.a.file.outputs.empty() || models.b.file.outputs.empty()) return out;
  if (models.a.file.outputs.size() != models.b.file.outputs.size()) out.push_back(extra_outputs(models));
  const int step_a = models.flow_a.outputs[0], step_b = models.flow_b.outputs[0];
  const bool paired = step_a >= 0 && step_b >= 0 && matching.of_a[static_cast<std::size_t>(step_a)] == step_b;
  const Scale a = output_scale(models.a.file), b = output_scale(models.b.file);
  if (!paired && a != b) {
    out.push_back(other_answers(a, b));
    out.back().source_nodes = {last_node(models.a.file)};
    out.back().target_nodes = {last_node(models.b.file)};
  }
  return out;
}

Finding input_finding(const Models& models, const InputCheck& check) {
  Finding out;
  out.category = Category::preprocessing;
  out.rule = "input";
  const std::string how = check.map ? map_text(*check.map) : "the numbers that the source gets";
  out.diagnosis = "it gets another input than it needs: " + how;
  out.local_error = check.gap;
  out.noise_floor = check.allowed;
  out.confidence = 1;
  out.confirmed = true;
  out.source_value = models.a.graph.value(models.a.graph.inputs[0]).name;
  out.target_value = models.b.graph.value(models.b.graph.inputs[0]).name;
  out.evidence.push_back(fmt::format("what it gets is {} away from that, relative; rounding explains {}",
                                     significant(check.gap), significant(check.allowed)));
  if (check.map)
    out.evidence.push_back(fmt::format("with it the first layer computes what the source's computes, within {}",
                                       significant(check.first_error)));
  return out;
}

}  // namespace dlas::study::localize
