#include "model/format/tensorflow/build.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/limits.h"
#include "model/executor/fold.h"
#include "model/graph/infer.h"
#include "model/op/list.h"

namespace dlas::tensorflow {
namespace {

constexpr std::int64_t kFewNumbers = 64;

// Sizes and masks of few elements; weights stay where the file has them.
bool is_arithmetic_of_sizes(const Graph& graph, const Node& node) {
  return std::ranges::all_of(node.outputs, [&](ValueId v) {
    const Type& type = graph.value(v).type;
    return (is_int(type.dtype) || type.dtype == DType::boolean) &&
           type.count().value_or(kFewNumbers + 1) <= kFewNumbers;
  });
}

// Pictures that an operator with a layout reads and makes have axes with names.
void label(Graph& graph, const Node& node, const AttributeList& attributes) {
  const auto layout = std::ranges::find(attributes, "layout", &NamedAttribute::name);
  if (layout == attributes.end() || node.inputs.empty()) return;
  for (const ValueId v : {node.inputs[0], node.outputs[0]}) {
    Type& type = graph.value(v).type;
    if (type.ranked() && type.rank() == 4) type.axes = std::get<std::string>(layout->value);
  }
}

}  // namespace

Error cannot(std::string_view reason) { return make_error(Code::unsupported, "a form that dlas computes", reason); }

Build::Build(Source source) : source_(std::move(source)), copies_{limits().folded_bytes / 2} {}

const Tensor* Build::constant(ValueId value) const {
  return value != kNone && graph_.value(value).is_constant() ? &graph_.value(value).constant : nullptr;
}

std::optional<std::size_t> Build::rank(ValueId value) const {
  const Type& t = type(value);
  return t.ranked() ? std::optional(t.rank()) : std::nullopt;
}

std::int64_t Build::known_size(ValueId value, std::size_t axis) const {
  const Type& t = type(value);
  return t.ranked() && axis < t.rank() && t.dim(axis).known() ? t.dim(axis).size() : 0;
}

void Build::name_batch() {
  if (graph_.inputs.size() != 1) return;
  Type& type = graph_.value(graph_.inputs[0]).type;
  if (type.ranked() && type.rank() > 0 && !type.dim(0).known()) (*type.dims)[0] = Dim::symbol(std::string(kBatchName));
}

void Build::begin(std::string name, Provenance origin) {
  name_ = name.empty() ? "value" : std::move(name);
  origin_ = std::move(origin);
}

Status Build::spend(std::uint64_t nodes) {
  spent_ += nodes;
  if (spent_ <= limits().nodes) return {};
  return make_error(Code::limit, fmt::format("at most {} nodes", limits().nodes), "more")
      .try_this(fmt::format("--limit nodes={}", 10 * limits().nodes));
}

std::string Build::output_name(std::size_t index) const {
  return index == 0 ? name_ : fmt::format("{}:{}", name_, index);
}

ValueId Build::fresh(std::string name) {
  Value value;
  value.name = std::move(name);
  value.origin = origin_;
  return graph_.add_value(std::move(value));
}

Result<NodeId> Build::add(std::string_view op, const AttributeList& attributes, std::vector<ValueId> in,
                          std::vector<ValueId> out) {
  Node node;
  node.op = op::find_op(op);
  if (node.op == nullptr) return make_error(Code::unsupported, "an operator of dlas", op);
  DLAS_TRY(spend(1 + out.size() / 2));
  DLAS_ASSIGN(node.attributes, node.op->attributes->make(attributes));
  while (!in.empty() && in.back() == kNone) in.pop_back();
  node.name = graph_.value(out[0]).name;
  node.op_name = op;
  node.inputs = std::move(in);
  node.outputs = std::move(out);
  node.origin = origin_;
  return graph_.add_node(std::move(node));
}

// A constant under another shape is the same bytes of the file. The node is dropped in the end, as no output needs it.
bool Build::keep_view(NodeId id) {
  const Node& node = graph_.node(id);
  if (node.op_name != "Reshape" && node.op_name != "Squeeze" && node.op_name != "Unsqueeze") return false;
  const Tensor* tensor = constant(node.inputs[0]);
  Value& out = graph_.value(node.outputs[0]);
  if (!tensor || !out.type.fixed() || out.type.count() != tensor->count()) return false;
  out.constant = tensor->reshaped(out.type.shape());
  out.origin = graph_.value(node.inputs[0]).origin;
  out.producer = kNone;
  std::ranges::fill(graph_.node(id).outputs, kNone);
  return true;
}

Status Build::infer(NodeId node, const AttributeList& attributes) {
  DLAS_TRY(infer_types(graph_, node));
  label(graph_, graph_.node(node), attributes);
  if (keep_view(node)) return {};
  if (!is_arithmetic_of_sizes(graph_, graph_.node(node))) return {};
  const auto folded = fold_node(graph_, node, folded_);
  return folded.ok() ? Status() : Status(folded.error());
}

Result<ValueId> Build::step(std::string_view op, const AttributeList& attributes, std::vector<ValueId> in) {
  DLAS_ASSIGN(const auto out, step_many(op, attributes, std::move(in), 1));
  return out[0];
}

Outputs Build::step_many(std::string_view op, const AttributeList& attributes, std::vector<ValueId> in,
                         std::size_t outputs) {
  std::vector<ValueId> out;
  for (std::size_t i = 0; i < outputs; ++i)
    out.push_back(fresh(fmt::format("{}/{}{}", name_, op, i == 0 ? "" : fmt::format(":{}", i))));
  DLAS_ASSIGN(const NodeId node, add(op, attributes, std::move(in), out));
  DLAS_TRY(infer(node, attributes));
  return out;
}

Result<ValueId> Build::finish_one(std::string_view op, const AttributeList& attributes, std::vector<ValueId> in,
                                  std::size_t index) {
  const ValueId out = fresh(output_name(index));
  DLAS_ASSIGN(const NodeId node, add(op, attributes, std::move(in), {out}));
  DLAS_TRY(infer(node, attributes));
  return out;
}

Outputs Build::finish(std::string_view op, const AttributeList& attributes, std::vector<ValueId> in,
                      std::size_t outputs) {
  std::vector<ValueId> out;
  for (std::size_t i = 0; i < outputs; ++i) out.push_back(fresh(output_name(i)));
  DLAS_ASSIGN(const NodeId node, add(op, attributes, std::move(in), out));
  DLAS_TRY(infer(node, attributes));
  return out;
}

std::vector<ValueId> Build::keep_unknown(std::string_view op, std::vector<ValueId> in, std::size_t outputs,
                                         std::string_view why) {
  Node node;
  node.name = name_;
  node.op_name = op;
  node.inputs = std::move(in);
  node.origin = origin_;
  for (std::size_t i = 0; i < outputs; ++i) node.outputs.push_back(fresh(output_name(i)));
  std::vector<ValueId> out = node.outputs;
  graph_.notes.push_back({Severity::not_executable, name_, fmt::format("{}: {}", op, why)});
  graph_.add_node(std::move(node));
  return out;
}

ValueId Build::constant(Tensor tensor, std::string_view name) {
  Provenance origin;
  origin.file = source_.path;
  return graph_.add_constant(fmt::format("{}/{}", name_, name), std::move(tensor), std::move(origin));
}

ValueId Build::list(const Numbers& numbers) { return constant(Tensor::of_i64(numbers), "list"); }

Result<ValueId> Build::scalar(DType dtype, double number) {
  if (dtype == DType::none || is_packed(dtype)) return cannot("a number for a tensor of unknown type");
  if (is_int(dtype) && number != std::floor(number)) return cannot(fmt::format("{} as {}", number, text(dtype)));
  Tensor out;
  for_any(dtype, [&]<typename T>() {
    if constexpr (std::is_same_v<T, Half> || std::is_same_v<T, BFloat16>)
      out = Tensor::scalar<T>(T(static_cast<float>(number)));
    else out = Tensor::scalar<T>(static_cast<T>(number));
  });
  return constant(std::move(out), "number");
}

Result<ValueId> Build::cast(ValueId value, DType dtype) {
  if (type(value).dtype == dtype) return value;
  DLAS_ASSIGN(const ValueId out, step("Cast", {{"to", dtype}}, {value}));
  if (auto known = sizes(value); known && is_int(dtype)) tell(out, *std::move(known));
  return out;
}

std::optional<Numbers> Build::numbers(ValueId value) const {
  const Tensor* t = constant(value);
  if (!t || t->rank() > 1 || !is_int(t->dtype()) || is_packed(t->dtype()) || t->count() > (1 << 16))
    return std::nullopt;
  return t->integers();
}

std::optional<Numbers> Build::sizes(ValueId value) const {
  if (auto known = numbers(value)) return known;
  const auto it = sizes_.find(value);
  return it == sizes_.end() ? std::nullopt : std::optional(it->second);
}

void Build::tell(ValueId value, Numbers sizes) {
  if (sizes.size() <= kFewNumbers && !graph_.value(value).is_constant()) sizes_[value] = std::move(sizes);
}

void Build::declare(ValueId value, const Numbers& sizes) {
  Type& t = graph_.value(value).type;
  if (!t.ranked() && sizes.size() <= limits().rank) t.dims.emplace(sizes.size());
  if (!t.ranked() || t.rank() != sizes.size()) return;
  for (std::size_t i = 0; i < sizes.size(); ++i)
    if (sizes[i] >= 0 && !t.dim(i).known()) (*t.dims)[i] = sizes[i];
}

}  // namespace dlas::tensorflow
