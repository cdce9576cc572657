#include "model/executor/execution.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/checked.h"
#include "base/limits.h"
#include "model/graph/infer.h"

namespace dlas {
namespace {

Error over_limit(const Node& node, std::string_view what, std::uint64_t limit, std::uint64_t found) {
  return make_error(Code::limit, fmt::format("at most {} {}", limit, what), fmt::format("{}", found))
      .at_node(node.name, node.op_name);
}

std::uint64_t total(std::uint64_t a, std::uint64_t b) { return checked_add(a, b).value_or(~std::uint64_t{0}); }

Status count_operations(const Site& site, const Node& node, const Types& in, const Types& out, Usage& usage) {
  const Cost cost = cost_of(site, in, out);
  usage.operations = total(usage.operations, total(cost.macs, cost.operations));
  if (usage.operations > limits().operations)
    return over_limit(node, "operations in one run", limits().operations, usage.operations);
  return {};
}

Status count_bytes(const Node& node, std::uint64_t bytes, Usage& usage) {
  usage.live_bytes = total(usage.live_bytes, bytes);
  if (usage.live_bytes > limits().live_bytes)
    return over_limit(node, "bytes of tensors at once", limits().live_bytes, usage.live_bytes);
  return {};
}

DType computed_as(DType dtype) {
  if (dtype == DType::i4) return DType::i8;
  return dtype == DType::u4 ? DType::u8 : dtype;
}

bool wanted(const Node& node, const std::vector<Slot>& slots, std::size_t i) {
  if (i < node.outputs.size() && node.outputs[i] != kNone) return true;
  return i < slots.size() && !slots[i].optional && !slots[i].variadic;
}

Status allocate(const Node& node, const Types& types, std::vector<Tensor>& out, Usage& usage) {
  const auto slots = dlas::slots(node.op->outputs);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const bool variadic = !slots.empty() && slots.back().variadic;
    if (!wanted(node, slots, i) && !variadic) continue;
    if (!types[i].fixed() || types[i].dtype == DType::none)
      return make_error(Code::internal, "an output type with all sizes", text(types[i]))
          .at_node(node.name, node.op_name);
    const DType dtype = computed_as(types[i].dtype);
    DLAS_TRY(count_bytes(node, byte_size(dtype, types[i].shape()).value_or(~std::uint64_t{0}), usage));
    auto made = Tensor::zeros(dtype, types[i].shape());
    if (!made.ok()) return made.error().at_node(node.name, node.op_name);
    out[i] = *std::move(made);
  }
  return {};
}

// The outputs are there and of the dtype that the rule said; 4-bit ones are packed.
Status finish(const Node& node, const Types& types, std::vector<Tensor>& out, Usage& usage) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out[i].absent()) {
      if (i < node.outputs.size() && node.outputs[i] != kNone)
        return make_error(Code::internal, "a computed output", "none").at_node(node.name, node.op_name);
      continue;
    }
    if (out[i].dtype() != computed_as(types[i].dtype))
      return make_error(Code::internal, text(types[i]), text(out[i])).at_node(node.name, node.op_name);
    if (node.op->dynamic) DLAS_TRY(count_bytes(node, out[i].bytes().size(), usage));
    if (!is_packed(types[i].dtype)) continue;
    usage.live_bytes -= out[i].bytes().size();
    out[i] = out[i].packed(types[i].dtype);
    usage.live_bytes += out[i].bytes().size();
  }
  return {};
}

bool any_quantized(const Types& types) { return std::ranges::any_of(types, &Type::quantized); }

}  // namespace

Types actual_types(const Graph& graph, const Node& node, std::span<const Tensor> in) {
  Types types;
  for (std::size_t i = 0; i < in.size(); ++i) {
    Type type = in[i].absent() ? Type() : Type::of(in[i]);
    if (node.inputs[i] != kNone) {
      type.quantization = graph.value(node.inputs[i]).type.quantization;
      type.axes = graph.value(node.inputs[i]).type.axes;
    }
    types.push_back(std::move(type));
  }
  return types;
}

Result<std::vector<Tensor>> execute(const Graph& graph, const Node& node, const Types& in_types,
                                    std::span<const Tensor> in, const Traits& traits, Usage& usage) {
  DLAS_ASSIGN(Types out_types, infer_node(*node.op, node.name, node.attributes, in_types, in, node.outputs.size()));
  for (std::size_t i = 0; i < std::min(out_types.size(), node.outputs.size()); ++i)
    if (node.outputs[i] != kNone) out_types[i].quantization = graph.value(node.outputs[i]).type.quantization;

  const Site site{*node.op, node.name, node.attributes, in, node.outputs.size()};
  DLAS_TRY(count_operations(site, node, in_types, out_types, usage));
  std::vector<Tensor> out(out_types.size());
  if (!node.op->dynamic) DLAS_TRY(allocate(node, out_types, out, usage));

  std::vector<Tensor> widened;
  for (const Tensor& tensor : in) widened.push_back(tensor.absent() ? tensor : tensor.widened());
  const Call call{site, in_types, out_types, widened, out, traits};
  const bool quantized = node.op->run_quantized && (any_quantized(in_types) || any_quantized(out_types));
  Status status = quantized ? node.op->run_quantized(call) : node.op->run(call);
  if (!status.ok()) return status.error().at_node(node.name, node.op_name);
  DLAS_TRY(finish(node, out_types, out, usage));
  return out;
}

}  // namespace dlas
