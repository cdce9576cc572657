#include "study/localize/forcing/models.h"

#include "study/compare/float_meaning.h"
#include "study/compare/side.h"

namespace dlas::study::localize {
namespace {

constexpr std::uint64_t kSeed = 1;

// The moved form of a file with constants on a grid; nothing when there are none, or when the move led a pass to another graph.
Result<std::optional<NormalForm>> moved_form(const NormalForm& form) {
  if (!form.quantised) return std::optional<NormalForm>();
  DLAS_ASSIGN(NormalForm moved, normal_form(form.file, kSeed));
  const auto &there = moved.graph.values(), &here = form.graph.values();
  bool equal = there.size() == here.size();
  for (std::size_t i = 0; equal && i < here.size(); ++i) equal = there[i].name == here[i].name;
  return equal ? std::optional(std::move(moved)) : std::nullopt;
}

}  // namespace

Result<Models> make_models(const Graph& a, const Graph& b) {
  Models out;
  DLAS_ASSIGN(out.a, normal_form(a));
  DLAS_ASSIGN(out.b, normal_form(b));
  DLAS_ASSIGN(out.moved_a, moved_form(out.a));
  DLAS_ASSIGN(out.moved_b, moved_form(out.b));
  out.flow_a = flow_of(out.a.graph);
  out.flow_b = flow_of(out.b.graph);
  return out;
}

std::vector<Tensor> real_inputs(const NormalForm& form, const std::vector<Tensor>& inputs) {
  const auto quantization = quantizations(form.file);
  std::vector<Tensor> out;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    Type type = form.file.value(form.file.inputs[i]).type;
    type.quantization = quantization[static_cast<std::size_t>(form.file.inputs[i])];
    const bool real = form.graph.value(form.graph.inputs[i]).type.dtype == DType::f32;
    out.push_back(real && (type.quantized() || is_float(inputs[i].dtype())) ? real_values(inputs[i], type) : inputs[i]);
  }
  return out;
}

std::vector<ValueId> values_of(const Flow& flow) {
  std::vector<ValueId> out;
  for (const Step& step : flow.steps) out.push_back(step.value);
  return out;
}

}  // namespace dlas::study::localize
