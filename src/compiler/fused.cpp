#include "compiler/fused.h"

#include "base/checked.h"
#include "compiler/fast_math.h"
#include "model/executor/execution.h"
#include "model/graph/infer.h"
#include "model/graph/text_form.h"
#include "model/op/list.h"
#include "model/op/op.h"

namespace dlas::compiler {
namespace {

// What may stand in a body: everything but another Fused, which bounds the nesting.
const Op* find_inner(std::string_view name) {
  for (const Op* op : {&fast_erf, &fast_exp, &fast_sigmoid, &fast_softmax, &fast_tanh})
    if (op->name == name) return op;
  return op::find_op(name);
}

Result<Types> infer(const Site& site, const Types& in) {
  DLAS_ASSIGN(const Graph body, body_of(site.attributes<FusedAttributes>(), in, site.constants));
  Types out;
  for (const ValueId v : body.outputs) out.push_back(body.value(v).type);
  return out;
}

std::vector<Tensor> inputs_of(const Node& node, const std::vector<Tensor>& values) {
  std::vector<Tensor> in;
  for (const ValueId v : node.inputs) in.push_back(v == kNone ? Tensor() : values[static_cast<std::size_t>(v)]);
  return in;
}

Status run(const Call& call) {
  DLAS_ASSIGN(const Graph body, body_of(call.attributes<FusedAttributes>(), call.in_types, {}));
  std::vector<Tensor> values(body.values().size());
  for (std::size_t i = 0; i < body.inputs.size(); ++i) values[static_cast<std::size_t>(body.inputs[i])] = call.in[i];
  Usage usage;
  for (const Node& node : body.nodes()) {
    const std::vector<Tensor> in = inputs_of(node, values);
    DLAS_ASSIGN(auto out, execute(body, node, actual_types(body, node, in), in, call.traits, usage));
    for (std::size_t i = 0; i < node.outputs.size(); ++i)
      if (node.outputs[i] != kNone) values[static_cast<std::size_t>(node.outputs[i])] = std::move(out[i]);
  }
  for (std::size_t i = 0; i < body.outputs.size(); ++i) call.out[i] = values[static_cast<std::size_t>(body.outputs[i])];
  return {};
}

// The work of all operators; only what goes in and out moves.
Cost cost(const Site& site, const Types& in, const Types& out) {
  Cost sum;
  for (const Types* list : {&in, &out})
    for (const Type& t : *list) sum.bytes = checked_add(sum.bytes, t.bytes().value_or(0)).value_or(~0ULL);
  const auto body = body_of(site.attributes<FusedAttributes>(), in, {});
  if (!body.ok()) return sum;
  for (const Node& node : body->nodes()) {
    const Site inner{*node.op, node.name, node.attributes, {}, node.outputs.size()};
    const Cost c = cost_of(inner, input_types(*body, node), output_types(*body, node));
    sum.macs = checked_add(sum.macs, c.macs).value_or(~0ULL);
    sum.operations = checked_add(sum.operations, c.operations).value_or(~0ULL);
  }
  return sum;
}

}  // namespace

Result<Graph> body_of(const FusedAttributes& attributes, const Types& in, std::span<const Tensor> constants) {
  DLAS_ASSIGN(Graph body, parse_graph(attributes.body, find_inner));
  if (body.inputs.size() != in.size())
    return make_error(Code::type, std::to_string(body.inputs.size()) + " inputs", std::to_string(in.size()));
  for (std::size_t i = 0; i < in.size(); ++i) {
    Value& value = body.value(body.inputs[i]);
    if (value.type.dtype != in[i].dtype)
      return make_error(Code::type, text(value.type), text(in[i])).at_slot("input '" + value.name + "'");
    value.type = in[i];
    if (i < constants.size()) value.constant = constants[i];
  }
  DLAS_TRY(infer_types(body));
  return body;
}

std::string body_text(const Graph& body) {
  std::string out;
  for (const Node& node : body.nodes()) out += (out.empty() ? "" : " + ") + node.op_name;
  return out;
}

const Op* find_op(std::string_view name) { return name == fused.name ? &fused : find_inner(name); }

const Op fused = {.name = "Fused",
                  .inputs = "inputs...",
                  .outputs = "outputs...",
                  .attributes = &schema_of<FusedAttributes>(),
                  .infer = infer,
                  .run = run,
                  .run_quantized = run,
                  .cost = cost};

}  // namespace dlas::compiler
