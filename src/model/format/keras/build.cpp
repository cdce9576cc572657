#include "model/format/keras/build.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <type_traits>

#include "model/graph/infer.h"
#include "model/op/list.h"

namespace dlas::keras {

Error cannot(std::string_view expected, std::string_view found) {
  return make_error(Code::unsupported, expected, found);
}

ValueId Draft::weight(std::string_view role) const {
  for (const LayerWeight& w : weights)
    if (w.name == role) return w.value;
  return kNone;
}

std::optional<std::size_t> Build::rank(ValueId value) const {
  const Type& t = type(value);
  return t.ranked() ? std::optional(t.rank()) : std::nullopt;
}

Outputs Build::add_many(const Draft& draft, std::string_view op, const AttributeList& attributes,
                        std::vector<ValueId> in, std::size_t outputs) {
  Node node;
  node.op = op::find_op(op);
  if (node.op == nullptr) return cannot("an operator of dlas", op);
  DLAS_ASSIGN(node.attributes, node.op->attributes->make(attributes));
  while (!in.empty() && in.back() == kNone) in.pop_back();
  node.name = draft.name;
  node.op_name = op;
  node.inputs = std::move(in);
  node.origin = {path_, draft.origin, std::nullopt, 0};
  for (std::size_t i = 0; i < outputs; ++i) {
    Value value;
    value.name = draft.name;
    value.origin = node.origin;
    node.outputs.push_back(graph_.add_value(std::move(value)));
  }
  const NodeId id = graph_.add_node(std::move(node));
  DLAS_TRY(infer_types(graph_, id));
  label(graph_.node(id), attributes);
  return graph_.node(id).outputs;
}

// Pictures that an operator with a layout reads and makes have axes with names.
void Build::label(const Node& node, const AttributeList& attributes) {
  const auto layout = std::ranges::find(attributes, "layout", &NamedAttribute::name);
  if (layout == attributes.end() || node.inputs.empty()) return;
  for (const ValueId v : {node.inputs[0], node.outputs[0]}) {
    Type& type = graph_.value(v).type;
    if (type.ranked() && type.rank() == 4) type.axes = std::get<std::string>(layout->value);
  }
}

Result<ValueId> Build::add(const Draft& draft, std::string_view part, std::string_view op,
                           const AttributeList& attributes, std::vector<ValueId> in) {
  if (part.empty()) {
    DLAS_ASSIGN(const auto out, add_many(draft, op, attributes, std::move(in), 1));
    return out[0];
  }
  Draft step = draft;
  step.name = fmt::format("{}/{}", draft.name, part);
  DLAS_ASSIGN(const auto out, add_many(step, op, attributes, std::move(in), 1));
  return out[0];
}

ValueId Build::constant(const Draft& draft, std::string_view part, Tensor tensor) {
  return graph_.add_constant(fmt::format("{}/{}", draft.name, part), std::move(tensor));
}

ValueId Build::list(const Draft& draft, std::string_view part, const std::vector<std::int64_t>& numbers) {
  return constant(draft, part, Tensor::of_i64(numbers));
}

namespace {

// Integers take the nearest of their range, NaN is 0: a plain conversion of what does not fit has no meaning.
template <typename T>
T saturated(double x) {
  if constexpr (std::is_integral_v<T>) {
    constexpr auto low = std::numeric_limits<T>::lowest(), high = std::numeric_limits<T>::max();
    if (x != x) return 0;
    if (x <= static_cast<double>(low)) return low;
    if (x >= static_cast<double>(high)) return high;
  }
  return static_cast<T>(x);
}

}  // namespace

ValueId Build::numbers(const Draft& draft, std::string_view part, const std::vector<double>& values, Shape shape,
                       ValueId like) {
  DType dtype = like == kNone ? DType::f32 : type(like).dtype;
  if (dtype == DType::none || dtype == DType::boolean) dtype = DType::f32;
  Tensor tensor = Tensor::make(dtype, std::move(shape));
  for_number(dtype, [&]<typename T>() {
    const auto out = tensor.mutable_as<T>();
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = saturated<T>(values[i]);
  });
  return constant(draft, part, std::move(tensor));
}

std::vector<ValueId> Build::keep_unknown(const Draft& draft, std::string_view why, std::size_t outputs) {
  Node node;
  node.name = draft.name;
  node.op_name = draft.class_name;
  node.inputs = draft.in;
  for (const LayerWeight& w : draft.weights) node.inputs.push_back(w.value);
  for (std::size_t i = 0; i < outputs; ++i) {
    Value value;
    value.name = draft.name;
    value.type = Type::unranked(draft.in.empty() ? DType::f32 : type(draft.in[0]).dtype);
    node.outputs.push_back(graph_.add_value(std::move(value)));
  }
  node.origin = {path_, draft.origin, std::nullopt, 0};
  graph_.notes.push_back({Severity::not_executable, draft.name, fmt::format("{}: {}", draft.class_name, why)});
  const auto out = node.outputs;
  graph_.add_node(std::move(node));
  return out;
}

}  // namespace dlas::keras
