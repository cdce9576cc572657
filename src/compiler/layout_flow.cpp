#include "compiler/layout_flow.h"

#include <algorithm>

#include "compiler/attributes.h"
#include "compiler/wiring.h"
#include "model/op/list_elementwise.h"
#include "model/op/list_nn.h"
#include "model/op/list_shape.h"

namespace dlas::compiler {
namespace {

AttributeSet transposing(const Perm& perm) {
  return attributes_of(op::transpose, {{"perm", std::vector<std::int64_t>(perm.begin(), perm.end())}});
}

// new[perm[i]] = old[i]: from the old order of axes to that of the twin.
template <typename T>
std::vector<T> to_twin(const std::vector<T>& old, const Perm& perm) {
  std::vector<T> out(old.size());
  for (std::size_t i = 0; i < perm.size(); ++i) out[perm[i]] = old[i];
  return out;
}

// A constant that is broadcast against the old value, in the order of the twin: all axes spelled out first.
Tensor to_twin(const Tensor& constant, const Perm& perm) {
  Shape shape(perm.size() - constant.rank(), 1);
  shape.insert(shape.end(), constant.shape().begin(), constant.shape().end());
  const Strides from = row_major(shape);
  const Shape to = to_twin(shape, perm);
  Tensor out = Tensor::make(constant.dtype(), to);
  const std::size_t size = static_cast<std::size_t>(bits(constant.dtype())) / 8;
  std::byte* bytes = out.mutable_bytes().data();
  for (Walk<1> w(to, {to_twin(from, perm)}); !w.done(); w.next(), bytes += size) {
    const auto at = constant.bytes().subspan(static_cast<std::size_t>(w.offset(0)) * size, size);
    std::copy(at.begin(), at.end(), bytes);
  }
  return out;
}

Type twin_type(const Type& old, const Perm& perm) {
  Type type = old;
  if (type.dims) type.dims = to_twin(*old.dims, perm);
  if (old.axes.size() == perm.size())
    for (std::size_t i = 0; i < perm.size(); ++i) type.axes[perm[i]] = old.axes[i];
  return type;
}

bool per_axis(const Type& type) { return type.quantized() && type.quantization->per_axis(); }

// Inputs that are no data: limits, scales, axes; they are taken as they are when they are constants with the same meaning in any order.
bool takes_scalars_behind(const Node& node) {
  return node.op == &op::clip || node.op == &op::quantize_linear || node.op == &op::dequantize_linear;
}

}  // namespace

Perm inverse(const Perm& perm) {
  Perm out(perm.size());
  for (std::size_t i = 0; i < perm.size(); ++i) out[perm[i]] = i;
  return out;
}

bool is_identity(const Perm& perm) {
  for (std::size_t i = 0; i < perm.size(); ++i)
    if (perm[i] != i) return false;
  return true;
}

std::optional<Perm> perm_of(const Node& transpose, std::size_t rank) {
  const std::vector<std::int64_t> given = integers(transpose, "perm");
  Perm out;
  for (std::size_t i = 0; i < rank; ++i)
    out.push_back(given.empty() ? rank - 1 - i : i < given.size() ? static_cast<std::size_t>(given[i]) : rank);
  for (const std::size_t p : out)
    if (p >= rank) return std::nullopt;
  return given.size() == rank || given.empty() ? std::optional(out) : std::nullopt;
}

const Twin* LayoutFlow::twin(ValueId old) const {
  const auto it = twins_.find(old);
  return it == twins_.end() ? nullptr : &it->second;
}

void LayoutFlow::set_twin(ValueId old, Twin twin) { twins_[old] = std::move(twin); }

ValueId LayoutFlow::twin_or_made(ValueId old, const Perm& perm) {
  if (const Twin* t = twin(old); t && t->perm == perm) return t->value;
  const ValueId from = plain(old);
  const ValueId made =
      out_.emit(op::transpose, transposing(inverse(perm)), {from}, out_.before().value(old).name + "/transposed");
  out_.after().value(made).type.quantization = out_.before().value(old).type.quantization;
  if (!twin(old)) set_twin(old, {made, perm});
  return made;
}

ValueId LayoutFlow::plain(ValueId old) {
  if (old == kNone) return kNone;
  const Twin* t = twin(old);
  const Value& value = out_.before().value(old);
  const bool exists = !t || written_.contains(old) || value.producer == kNone;
  if (exists) return out_.mapped(old);
  const bool output = std::ranges::find(out_.before().outputs, old) != out_.before().outputs.end();
  if (!is_identity(t->perm)) out_.emit_as(old, op::transpose, transposing(t->perm), {t->value});
  else if (output) out_.emit_as(old, op::identity, {}, {t->value});  // an output keeps its name
  else out_.replace(old, t->value);
  written_[old] = true;
  return out_.mapped(old);
}

void LayoutFlow::copy(const Node& node) {
  std::vector<ValueId> inputs;
  for (const ValueId v : node.inputs) inputs.push_back(plain(v));
  out_.put(node, std::move(inputs));
  for (const ValueId v : node.outputs)
    if (v != kNone) written_[v] = true;
}

void LayoutFlow::put_twin(const Node& node, AttributeSet attributes, std::vector<ValueId> new_inputs,
                          const Perm& perm) {
  const Value& old = out_.before().value(node.outputs[0]);
  const ValueId made = out_.emit(*node.op, std::move(attributes), std::move(new_inputs), old.name + "/twin");
  Node& written = out_.after().node(out_.after().value(made).producer);
  written.name = node.name;
  written.origin = node.origin;
  Value& value = out_.after().value(made);
  const Type type = twin_type(old.type, perm);
  value.type.quantization = type.quantization;
  if (value.type.ranked() && value.type.rank() == perm.size()) value.type.axes = type.axes;
  value.origin = old.origin;
  set_twin(node.outputs[0], {made, perm});
}

std::optional<std::vector<ValueId>> LayoutFlow::operands(const Node& node, const Perm& perm, std::size_t rank) {
  const Graph& graph = out_.before();
  for (std::size_t s = 0; s < node.inputs.size(); ++s) {  // decide before anything is written
    const ValueId v = node.inputs[s];
    if (v == kNone) continue;
    const Value& value = graph.value(v);
    if (const Twin* t = twin(v); t && t->perm == perm) continue;
    const bool scalar_like = value.type.is_scalar_like() && value.type.rank() <= 1;
    if (scalar_like && !(s == 0 && rank > 1)) continue;
    if (s > 0 && takes_scalars_behind(node)) return std::nullopt;
    if (!value.is_constant() || is_packed(value.type.dtype) || per_axis(value.type) || value.type.rank() > rank)
      return std::nullopt;
  }
  std::vector<ValueId> inputs;
  for (const ValueId v : node.inputs) {
    const Twin* t = v == kNone ? nullptr : twin(v);
    if (v == kNone) inputs.push_back(kNone);
    else if (t && t->perm == perm) inputs.push_back(t->value);
    else if (graph.value(v).type.is_scalar_like() && graph.value(v).type.rank() <= 1) inputs.push_back(plain(v));
    else inputs.push_back(twin_constant(v, perm));
  }
  return inputs;
}

ValueId LayoutFlow::twin_constant(ValueId old, const Perm& perm) {
  const Value& value = out_.before().value(old);
  const ValueId made = out_.constant(value.name + "/turned", to_twin(value.constant, perm));
  out_.after().value(made).type.quantization = value.type.quantization;
  return made;
}

bool LayoutFlow::elementwise(const Node& node, const Perm& perm) {
  const auto inputs = operands(node, perm, perm.size());
  if (!inputs) return false;
  put_twin(node, node.attributes, *inputs, perm);
  return true;
}

bool LayoutFlow::pass_through(const Node& node) {
  const Twin* first = nullptr;  // any input with a twin tells the permutation
  for (const ValueId v : node.inputs)
    if (v != kNone && !first) first = twin(v);
  std::size_t used = 0;
  for (const ValueId v : node.outputs) used += v != kNone;
  if (!first || used != 1 || node.outputs[0] == kNone || !node.op) return false;
  if (split_channels(node) || turn(node) || join_channels(node)) return true;
  const Perm perm = first->perm;
  const Type& y = out_.before().value(node.outputs[0]).type;
  if (!y.ranked() || y.rank() != perm.size() || per_axis(y)) return false;
  const auto turned_axis = [&](std::string_view name) {
    const auto axis = normalized_axis(*integer(node, name), perm.size());
    return NamedAttribute{std::string(name), static_cast<std::int64_t>(axis ? perm[*axis] : 0)};
  };
  if (node.op->elementwise || node.op == &op::quantize_linear || node.op == &op::dequantize_linear)
    return elementwise(node, perm);
  if (node.op == &op::concat) {
    const auto inputs = operands(node, perm, perm.size());
    if (!inputs) return false;
    put_twin(node, with(*node.op, node.attributes, {turned_axis("axis")}), *inputs, perm);
    return true;
  }
  const bool data_has_twin = node.inputs[0] != kNone && twin(node.inputs[0]);
  if (!data_has_twin) return false;
  const ValueId x = twin(node.inputs[0])->value;
  if ((node.op == &op::softmax || node.op == &op::log_softmax) && *flag(node, "flatten") == false) {
    put_twin(node, with(*node.op, node.attributes, {turned_axis("axis")}), {x}, perm);
    return true;
  }
  const Tensor* pads = node.op == &op::pad && !has_input(node, 3) ? constant_input(out_.before(), node, 1) : nullptr;
  if (pads && pads->count() == static_cast<std::int64_t>(2 * perm.size())) {
    const std::vector<std::int64_t> all = pads->integers();
    const auto half = all.begin() + static_cast<std::ptrdiff_t>(perm.size());
    std::vector<std::int64_t> turned = to_twin(std::vector<std::int64_t>(all.begin(), half), perm);
    const std::vector<std::int64_t> ends = to_twin(std::vector<std::int64_t>(half, all.end()), perm);
    turned.insert(turned.end(), ends.begin(), ends.end());
    std::vector<ValueId> inputs{x, out_.constant(node.name + "/pads", Tensor::of_i64(turned))};
    if (has_input(node, 2)) inputs.push_back(plain(node.inputs[2]));
    put_twin(node, node.attributes, inputs, perm);
    return true;
  }
  return false;
}

Status LayoutFlow::finish(Graph& graph) {
  for (const ValueId v : out_.before().outputs) plain(v);
  return out_.finish(graph);
}

std::uint64_t bytes_of(const Type& type) {
  if (!type.ranked()) return 0;
  std::uint64_t bytes = static_cast<std::uint64_t>(bits(type.dtype)) / 8;
  for (const Dim& d : *type.dims) bytes *= d.known() ? static_cast<std::uint64_t>(d.size()) : 1;
  return bytes;
}

std::uint64_t transposed_bytes(const Graph& graph) {
  std::uint64_t sum = 0;
  for (const Node& node : graph.nodes())
    if (node.op == &op::transpose) sum += bytes_of(graph.value(node.outputs[0]).type);
  return sum;
}

}  // namespace dlas::compiler
