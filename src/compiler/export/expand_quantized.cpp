// Quantised values as files without them write it: integers, and operators on floats between DequantizeLinear and QuantizeLinear.
//   Conv(x q(s,z), w q(t), b) q(u,v)  ->  QuantizeLinear(Conv(DequantizeLinear(x), DequantizeLinear(w), ...), u, v)
// Operators that only move integers of one quantisation, or compare them, stay on the integers. A function inside an operator is
// applied to the floats. Keeps the numbers within one unit of the output's scale: integer kernels round sums their own way.
#include <fmt/format.h>

#include <map>

#include "compiler/attributes.h"
#include "compiler/export/export.h"
#include "compiler/rebuild.h"
#include "compiler/weights.h"
#include "compiler/wiring.h"
#include "model/op/list_nn.h"

namespace dlas::compiler {
namespace {

bool quantized(const Graph& graph, ValueId v) { return v != kNone && graph.value(v).type.quantized(); }

bool touches_quantized(const Graph& graph, const Node& node) {
  const auto is = [&](ValueId v) { return quantized(graph, v); };
  return std::ranges::any_of(node.inputs, is) || std::ranges::any_of(node.outputs, is);
}

// True for an operator that takes and gives integers of one quantisation without looking at what they stand for.
bool moves(const Graph& graph, const Node& node) {
  if (node.op == &op::pad) return false;  // what it adds is a number
  if (node.op->units != Units::moved && node.op->units != Units::compared) return false;
  const Quantization* first = nullptr;
  for (const auto* list : {&node.inputs, &node.outputs})
    for (const ValueId v : *list) {
      if (!quantized(graph, v)) continue;
      const Quantization& q = *graph.value(v).type.quantization;
      if (q.per_axis() || (first && !(*first == q))) return false;
      if (graph.value(v).type.dtype != DType::i8 && graph.value(v).type.dtype != DType::u8) return false;
      first = &q;
    }
  return true;
}

class Expansion {
 public:
  explicit Expansion(const Graph& before) : out_(before) {}
  Rebuild& out() { return out_; }

  // The numbers that an old value stands for.
  ValueId real(ValueId old) {
    if (!quantized(out_.before(), old)) return out_.mapped(old);
    if (const auto known = real_.find(old); known != real_.end()) return known->second;
    return real_[old] = dequantized(old);
  }
  void real_node(const Node& node) {
    std::vector<ValueId> inputs;
    for (const ValueId v : node.inputs) inputs.push_back(real(v));
    if (node.op == &op::requantize) return quantize(node, inputs[0]);
    const ValueId old = node.outputs[0];
    if (!quantized(out_.before(), old)) return out_.put(node, std::move(inputs));
    const ValueId made =
        out_.emit(*node.op, node.attributes, std::move(inputs), out_.before().value(old).name + "/real");
    Node& fresh = out_.after().node(static_cast<NodeId>(out_.after().nodes().size() - 1));
    fresh.name = node.name;
    fresh.origin = node.origin;
    quantize(node, made);
  }
  Status finish(Graph& graph) {
    Graph& after = out_.after();
    for (std::size_t i = 0; i < after.values().size(); ++i)
      after.value(static_cast<ValueId>(i)).type.quantization = nullptr;
    return out_.finish(graph);
  }

 private:
  struct Scale {
    ValueId scale = kNone, zero = kNone;
    std::int64_t axis = 1;
  };
  Scale scale_of(const std::string& name, const Type& type) {
    const Quantization& q = *type.quantization;
    const Shape shape = q.per_axis() ? Shape{static_cast<std::int64_t>(q.scales.size())} : Shape{};
    Scale out;
    out.scale = out_.constant(name + "/scale", rounded(DType::f32, shape, q.scales));
    if (type.dtype != DType::i32)  // those have no zero point
      out.zero =
          out_.constant(name + "/zero_point", rounded(type.dtype, shape, {q.zero_points.begin(), q.zero_points.end()}));
    if (q.per_axis()) out.axis = q.axis;
    return out;
  }
  ValueId dequantized(ValueId old) {
    const Value& value = out_.before().value(old);
    const Scale s = scale_of(value.name, value.type);
    std::vector<ValueId> inputs{out_.mapped(old), s.scale};
    if (s.zero != kNone) inputs.push_back(s.zero);
    return out_.emit(op::dequantize_linear, attributes_of(op::dequantize_linear, {{"axis", s.axis}}), std::move(inputs),
                     value.name + "/dequantized");
  }
  void quantize(const Node& node, ValueId made) {
    const ValueId old = node.outputs[0];
    const Value& value = out_.before().value(old);
    const Scale s = scale_of(value.name, value.type);
    Node like = node;
    like.name = node.name + "/quantized";
    out_.emit_as(old, op::quantize_linear, attributes_of(op::quantize_linear, {{"axis", s.axis}}),
                 {made, s.scale, s.zero}, &like);
  }

  Rebuild out_;
  std::map<ValueId, ValueId> real_;
};

std::string obstacle(const Graph& graph, const Node& node) {
  if (!node.op) return "its operator is unknown";
  std::size_t used = 0;
  for (const ValueId v : node.outputs) used += v != kNone;
  for (const ValueId v : node.outputs)
    if (quantized(graph, v) && used > 1) return "it has several quantised outputs";
  for (const ValueId v : node.inputs)
    if (quantized(graph, v) && bits(graph.value(v).type.dtype) > 32) return "it reads quantised integers of 64 bits";
  return "";
}

Result<Outcome> run(Graph& graph, const Settings&) {
  Outcome outcome;
  const Graph before = graph;
  Expansion expansion(before);
  for (const Node& node : before.nodes()) {
    const bool linear = node.op == &op::quantize_linear || node.op == &op::dequantize_linear;
    if (!node.op || !touches_quantized(before, node) || linear || moves(before, node)) {
      expansion.out().copy(node);
      continue;
    }
    if (const std::string reason = obstacle(before, node); !reason.empty()) {
      outcome.kept(node, reason);
      expansion.out().copy(node);
      continue;
    }
    expansion.real_node(node);
    outcome.changed(node, fmt::format("{} computed on floats", node.op_name));
  }
  const bool any = std::ranges::any_of(before.values(), [](const Value& v) { return v.type.quantized(); });
  if (!any) outcome.absent = "no quantised value";
  else if (outcome.obstacles.empty()) DLAS_TRY(expansion.finish(graph));
  return outcome;
}

}  // namespace

const Pass expand_quantized = {
    .name = "expand_quantized",
    .summary = "quantised values become integers between DequantizeLinear and QuantizeLinear",
    .parameters = {},
    .run = run};

}  // namespace dlas::compiler
