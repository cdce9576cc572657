#include "model/format/torch/build.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/limits.h"
#include "model/executor/fold.h"
#include "model/graph/infer.h"
#include "model/op/list.h"

namespace dlas::torch {
namespace {

// Sizes and masks of few elements; weights stay where the file has them.
bool is_arithmetic_of_sizes(const Graph& graph, const Node& node) {
  return std::ranges::all_of(node.outputs, [&](ValueId v) {
    const Type& type = graph.value(v).type;
    return (is_int(type.dtype) || type.dtype == DType::boolean) && type.count().value_or(1 << 20) <= 64;
  });
}

bool known(const Datum& size) { return std::holds_alternative<std::int64_t>(size); }

}  // namespace

Error cannot(std::string_view reason) { return make_error(Code::unsupported, "a form that dlas computes", reason); }

std::string_view kind_of(const Datum& datum) {
  struct Visitor {
    std::string_view operator()(std::monostate) const { return "None"; }
    std::string_view operator()(bool) const { return "a boolean"; }
    std::string_view operator()(std::int64_t) const { return "an integer"; }
    std::string_view operator()(double) const { return "a float"; }
    std::string_view operator()(const std::string&) const { return "a text"; }
    std::string_view operator()(DType) const { return "an element type"; }
    std::string_view operator()(const TensorRef&) const { return "a tensor"; }
    std::string_view operator()(Size) const { return "a size"; }
    std::string_view operator()(const SequenceRef& s) const {
      return s->kind == Sequence::Kind::list ? "a list" : s->kind == Sequence::Kind::tuple ? "a tuple" : "a dict";
    }
    std::string_view operator()(const Object&) const { return "an object"; }
  };
  return std::visit(Visitor{}, datum);
}

const Tensor* Build::constant(ValueId value) const {
  return value != kNone && graph_.value(value).is_constant() ? &graph_.value(value).constant : nullptr;
}

void Build::begin(std::vector<std::string> names, Provenance origin) {
  names_ = std::move(names);
  if (names_.empty()) names_.emplace_back("value");
  origin_ = std::move(origin);
}

ValueId Build::fresh(std::string name, std::size_t output) {
  Value value;
  value.name = output < names_.size() && name.empty() ? names_[output] : std::move(name);
  if (value.name.empty()) value.name = fmt::format("{}:{}", names_[0], output);
  return graph_.add_value(std::move(value));
}

Result<NodeId> Build::add(std::string_view op, const AttributeList& attributes, std::vector<ValueId> in,
                          std::vector<ValueId> out, std::string_view name) {
  Node node;
  node.op = op::find_op(op);
  if (node.op == nullptr) return make_error(Code::unsupported, "an operator of dlas", op);
  spent_ += 1 + out.size() / 2;
  if (spent_ > limits().nodes) return make_error(Code::limit, fmt::format("at most {} nodes", limits().nodes), "more");
  DLAS_ASSIGN(node.attributes, node.op->attributes->make(attributes));
  while (!in.empty() && in.back() == kNone) in.pop_back();
  node.name = name;
  node.op_name = op;
  node.inputs = std::move(in);
  node.outputs = std::move(out);
  node.origin = origin_;
  return graph_.add_node(std::move(node));
}

Status Build::infer(NodeId node) {
  DLAS_TRY(infer_types(graph_, node));
  if (!is_arithmetic_of_sizes(graph_, graph_.node(node))) return {};
  const auto folded = fold_node(graph_, node, folded_);
  return folded.ok() ? Status() : Status(folded.error());
}

Result<ValueId> Build::step(std::string_view op, const AttributeList& attributes, std::vector<ValueId> in) {
  const ValueId out = fresh(fmt::format("{}/{}", names_[0], op), 0);
  DLAS_ASSIGN(const NodeId node, add(op, attributes, std::move(in), {out}, graph_.value(out).name));
  DLAS_TRY(infer(node));
  return out;
}

Result<Datum> Build::finish(std::string_view op, const AttributeList& attributes, std::vector<ValueId> in,
                            std::size_t output) {
  const ValueId out = fresh({}, output);
  DLAS_ASSIGN(const NodeId node, add(op, attributes, std::move(in), {out}, graph_.value(out).name));
  DLAS_TRY(infer(node));
  return tensor_datum(out);
}

Result<std::vector<Datum>> Build::finish_many(std::string_view op, const AttributeList& attributes,
                                              std::vector<ValueId> in, std::size_t outputs) {
  std::vector<ValueId> out;
  for (std::size_t i = 0; i < outputs; ++i) out.push_back(fresh({}, i));
  DLAS_ASSIGN(const NodeId node, add(op, attributes, std::move(in), out, names_[0]));
  DLAS_TRY(infer(node));
  std::vector<Datum> data;
  for (const ValueId v : out) data.push_back(tensor_datum(v));
  return data;
}

std::vector<Datum> Build::keep_unknown(std::string_view op, std::vector<ValueId> in, std::size_t outputs,
                                       std::string_view why) {
  Node node;
  node.name = names_[0];
  node.op_name = op;
  node.inputs = std::move(in);
  node.origin = origin_;
  for (std::size_t i = 0; i < outputs; ++i) node.outputs.push_back(fresh({}, i));
  graph_.notes.push_back({Severity::not_executable, node.name, fmt::format("{}: {}", op, why)});
  std::vector<Datum> data;
  for (const ValueId v : node.outputs) data.push_back(tensor_datum(v));
  graph_.add_node(std::move(node));
  return data;
}

ValueId Build::constant(Tensor tensor, std::string_view name) {
  Provenance origin;
  origin.file = path_;
  return graph_.add_constant(fmt::format("{}/{}", names_[0], name), std::move(tensor), std::move(origin));
}

ValueId Build::list(const std::vector<std::int64_t>& numbers) { return constant(Tensor::of_i64(numbers), "list"); }

namespace {

bool fits(DType integer, double number) {
  if (!(std::fabs(number) <= 0x1p53) || number != std::floor(number)) return false;
  bool inside = false;
  for_any(integer, [&]<typename T>() {
    inside = number >= static_cast<double>(std::numeric_limits<T>::lowest()) &&
             number <= static_cast<double>(std::numeric_limits<T>::max());
  });
  return inside;
}

}  // namespace

Result<ValueId> Build::scalar(DType dtype, double number) {
  Tensor out;
  if (dtype == DType::none || is_packed(dtype)) return cannot("a number for a tensor of unknown type");
  // A double holds whole numbers up to 2^53; beyond, and for fractions, integers would be others than the file's.
  if (is_int(dtype) && !fits(dtype, number)) return cannot(fmt::format("{} as {}", number, dlas::text(dtype)));
  for_any(dtype, [&]<typename T>() {
    if constexpr (std::is_same_v<T, Half> || std::is_same_v<T, BFloat16>)
      out = Tensor::scalar<T>(T(static_cast<float>(number)));
    else out = Tensor::scalar<T>(static_cast<T>(number));
  });
  return constant(std::move(out), "number");
}

Result<ValueId> Build::cast(ValueId value, DType dtype) {
  if (type(value).dtype == dtype) return value;
  return step("Cast", {{"to", dtype}}, {value});
}

Datum Build::size_datum(ValueId value) const {
  if (const Tensor* known = constant(value); known && known->count() == 1 && is_int(known->dtype()))
    return known->integer(0);
  return Size{value};
}

ValueId Build::size_value(const Datum& size) {
  if (const auto* number = std::get_if<std::int64_t>(&size)) return constant(Tensor::scalar(*number), "size");
  return std::get<Size>(size).value;
}

Result<Datum> Build::size_of(ValueId value, std::int64_t axis) {
  const Type& t = type(value);
  if (!t.ranked()) return cannot("a tensor of unknown rank");
  const auto place = normalized_axis(axis, t.rank());
  if (!place) return make_error(Code::format, "an axis of " + text(t), fmt::format("{}", axis));
  if (t.dim(*place).known()) return Datum(t.dim(*place).size());
  const auto first = static_cast<std::int64_t>(*place);
  DLAS_ASSIGN(const ValueId one, step("Shape", {{"start", first}, {"end", first + 1}}, {value}));
  DLAS_ASSIGN(const ValueId scalar, step("Squeeze", {}, {one}));
  return size_datum(scalar);
}

Result<ValueId> Build::sizes_value(const std::vector<Datum>& sizes) {
  std::vector<std::int64_t> numbers;
  for (const Datum& size : sizes) {
    if (const auto* number = std::get_if<std::int64_t>(&size)) numbers.push_back(*number);
    else if (!std::holds_alternative<Size>(size)) return cannot(fmt::format("{} among sizes", kind_of(size)));
  }
  if (numbers.size() == sizes.size()) return list(numbers);
  std::vector<ValueId> parts;
  for (const Datum& size : sizes) {
    DLAS_ASSIGN(const ValueId part, step("Reshape", {}, {size_value(size), list({1})}));
    parts.push_back(part);
  }
  return step("Concat", {{"axis", std::int64_t{0}}}, std::move(parts));
}

Result<ValueId> Build::reshape_sizes(const std::vector<Datum>& sizes) {
  std::size_t unknown = 0;
  for (const Datum& size : sizes) unknown += !known(size) || std::get<std::int64_t>(size) == -1;
  if (unknown != 1) return sizes_value(sizes);
  std::vector<std::int64_t> numbers;
  for (const Datum& size : sizes) numbers.push_back(known(size) ? std::get<std::int64_t>(size) : -1);
  return list(numbers);
}

void Build::declare(ValueId value, const std::vector<Datum>& sizes) {
  Type& t = graph_.value(value).type;
  if (!t.ranked()) t.dims.emplace(sizes.size());
  if (t.rank() != sizes.size()) return;
  for (std::size_t i = 0; i < sizes.size(); ++i)
    if (const auto* number = std::get_if<std::int64_t>(&sizes[i]); number && *number >= 0 && !t.dim(i).known())
      (*t.dims)[i] = *number;
}

}  // namespace dlas::torch
