#include "model/format/tflite/build.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/checked.h"
#include "base/limits.h"
#include "model/format/tflite/convert.h"
#include "model/op/list.h"

namespace dlas::tflite {
namespace {

Error in_tensor(std::size_t index, const std::string& name, Error error) {
  error.at_slot(fmt::format("tensor {} '{}'", index, name));
  return error;
}

Result<Shape> shape_of(const TensorInfo& tensor) {
  if (tensor.shape.size() > limits().rank)
    return make_error(Code::limit, fmt::format("at most {} dimensions", limits().rank),
                      fmt::format("{}", tensor.shape.size()));
  Shape shape;
  for (const std::int32_t size : tensor.shape) {
    if (size < 0) return make_error(Code::format, "sizes of at least 0", fmt::format("{}", size));
    shape.push_back(size);
  }
  return shape;
}

// -1 in the signature is a size that the user may change.
std::vector<Dim> dims_of(const TensorInfo& tensor, const Shape& shape) {
  std::vector<Dim> dims(shape.begin(), shape.end());
  if (tensor.shape_signature.size() == dims.size())
    for (std::size_t i = 0; i < dims.size(); ++i)
      if (tensor.shape_signature[i] < 0) dims[i] = Dim();
  return dims;
}

Result<std::shared_ptr<const dlas::Quantization>> quantization_of(const TensorInfo& tensor, DType dtype) {
  const Quantization& q = tensor.quantization;
  if (q.custom) return make_error(Code::unsupported, "affine quantisation", "another kind");
  if (q.scales.empty() || !is_int(dtype)) return std::shared_ptr<const dlas::Quantization>();
  auto out = std::make_shared<dlas::Quantization>();
  out->bits = bits(dtype);
  out->scales.assign(q.scales.begin(), q.scales.end());
  out->zero_points = q.zero_points;
  if (out->zero_points.size() <= 1)
    out->zero_points.assign(out->scales.size(), q.zero_points.empty() ? 0 : q.zero_points[0]);
  if (out->zero_points.size() != out->scales.size())
    return make_error(Code::format, fmt::format("{} zero points", out->scales.size()),
                      fmt::format("{}", out->zero_points.size()));
  if (out->scales.size() > 1) out->axis = q.axis;
  return std::shared_ptr<const dlas::Quantization>(std::move(out));
}

}  // namespace

Build::Build(const Source& source, const ModelTables& tables, const Subgraph& subgraph)
    : source_(source), tables_(tables), subgraph_(subgraph) {
  graph_.name = subgraph.name;
}

Result<Tensor> Build::constant_of(const TensorInfo& tensor, const Bytes& bytes, DType dtype, const Shape& shape) const {
  if (tensor.sparse) return make_error(Code::unsupported, "dense data", "a sparse tensor");
  if (dtype == DType::none) {
    const std::string_view name = type_name(tensor.type);
    return make_error(Code::unsupported, "constants of numbers",
                      name.empty() ? fmt::format("type {}", tensor.type) : std::string(name));
  }
  const auto needed = byte_size(dtype, shape);
  if (!needed || *needed != bytes.size)
    return make_error(Code::format, needed ? fmt::format("{} bytes of data", *needed) : "a size that fits 64 bits",
                      fmt::format("{}", bytes.size));
  return Tensor::view(dtype, shape, source_.bytes.subspan(bytes.offset, bytes.size), source_.owner);
}

Result<ValueId> Build::value_of(std::size_t index) {
  const TensorInfo& tensor = subgraph_.tensors[index];
  if (tensor.external) return make_error(Code::unsupported, "data in this file", "data in another file");
  if (tensor.buffer >= tables_.buffers.size() && tensor.buffer != 0)
    return make_error(Code::format, fmt::format("a buffer below {}", tables_.buffers.size()),
                      fmt::format("{}", tensor.buffer));
  DLAS_ASSIGN(const Shape shape, shape_of(tensor));
  const Bytes bytes = tables_.buffers.empty() ? Bytes{} : tables_.buffers[tensor.buffer];
  Value value;
  value.name = tensor.name.empty() ? fmt::format("tensor_{}", index) : tensor.name;
  value.origin = {source_.path, tensor.name, std::nullopt, 0};
  const DType dtype = dtype_of_type(tensor.type);
  value.type = Type(dtype, dims_of(tensor, shape));
  DLAS_ASSIGN(value.type.quantization, quantization_of(tensor, dtype));
  if (tensor.buffer != 0 && bytes.size != 0) {
    DLAS_ASSIGN(value.constant, constant_of(tensor, bytes, dtype, shape));
    value.type.dims.emplace(shape.begin(), shape.end());
    value.origin.offset = bytes.offset;
    value.origin.bytes = bytes.size;
  }
  return graph_.add_value(std::move(value));
}

ValueId Build::opaque(std::size_t index, const Error& why) {
  const TensorInfo& tensor = subgraph_.tensors[index];
  Value value;
  value.name = tensor.name.empty() ? fmt::format("tensor_{}", index) : tensor.name;
  value.origin = {source_.path, tensor.name, std::nullopt, 0};
  if (tensor.shape.size() <= limits().rank)
    if (const auto shape = shape_of(tensor); shape.ok()) value.type.dims.emplace(shape->begin(), shape->end());
  Node node;
  node.name = value.name;
  node.op_name = fmt::format("constant of {}", why.found);
  node.outputs = {graph_.add_value(std::move(value))};
  const ValueId out = node.outputs[0];
  node.origin = {source_.path, tensor.name, std::nullopt, 0};
  graph_.notes.push_back(
      {Severity::not_executable, node.name, fmt::format("its data: expected {}, found {}", why.expected, why.found)});
  graph_.add_node(std::move(node));
  return out;
}

Status Build::values() {
  for (std::size_t i = 0; i < subgraph_.tensors.size(); ++i) {
    auto value = value_of(i);
    if (!value.ok() && value.error().code == Code::unsupported) value = opaque(i, value.error());
    if (!value.ok()) return in_tensor(i, subgraph_.tensors[i].name, std::move(value).error());
    values_.push_back(*value);
  }
  DLAS_ASSIGN(graph_.inputs, slots(subgraph_.inputs, false, "inputs of the subgraph"));
  DLAS_ASSIGN(graph_.outputs, slots(subgraph_.outputs, false, "outputs of the subgraph"));
  return {};
}

Result<std::vector<ValueId>> Build::slots(const std::vector<std::int32_t>& tensors, bool optional,
                                          std::string_view place) {
  std::vector<ValueId> out;
  for (const std::int32_t t : tensors) {
    if (t == -1 && optional) {
      out.push_back(kNone);
      continue;
    }
    if (t < 0 || static_cast<std::size_t>(t) >= values_.size()) {
      Error error = make_error(Code::format, fmt::format("tensors below {}", values_.size()), fmt::format("{}", t));
      return error.at_slot(place);
    }
    out.push_back(values_[static_cast<std::size_t>(t)]);
  }
  return out;
}

Result<Draft> Build::draft(std::size_t index) {
  const OperatorInfo& info = subgraph_.operators[index];
  if (info.code >= tables_.codes.size()) {
    Error error = make_error(Code::format, fmt::format("an operator code below {}", tables_.codes.size()),
                             fmt::format("{}", info.code));
    return error.at(info.offset).at_slot(fmt::format("operator {}", index));
  }
  const OperatorCode& code = tables_.codes[info.code];
  Draft out{info, operator_name(code.builtin), "", "", {}, {}};
  if (out.code == "CUSTOM") out.custom = code.custom;
  DLAS_ASSIGN(out.in, slots(info.inputs, true, fmt::format("inputs of operator {}", index)));
  DLAS_ASSIGN(out.out, slots(info.outputs, false, fmt::format("outputs of operator {}", index)));
  out.name = out.out.empty() ? fmt::format("operator_{}", index) : graph_.value(out.out[0]).name;
  for (const ValueId v : out.out) {
    const Value& value = graph_.value(v);
    if (value.is_constant() || value.producer != kNone || std::ranges::count(out.out, v) > 1)
      return make_error(Code::graph, "one producer of each tensor", fmt::format("two of '{}'", value.name))
          .at_node(out.name, out.code);
    // The declared rank 0 of a computed tensor often means that the converter did not know the shape.
    if (value.type.rank() == 0) graph_.value(v).type.dims.reset();
  }
  return out;
}

Status Build::operators() {
  if (subgraph_.operators.size() > limits().nodes)
    return make_error(Code::limit, fmt::format("at most {} operators", limits().nodes),
                      fmt::format("{}", subgraph_.operators.size()));
  for (std::size_t i = 0; i < subgraph_.operators.size(); ++i) {
    DLAS_ASSIGN(const Draft one, draft(i));
    const Status status = convert(one, *this);
    if (status.ok()) continue;
    if (status.error().code != Code::unsupported) return Error(status.error()).at_node(one.name, one.code);
    keep_unknown(one, status.error().found);
  }
  return {};
}

void Build::keep_unknown(const Draft& draft, std::string_view why) {
  const OperatorCode& code = tables_.codes[draft.info.code];
  Node node;
  node.name = draft.name;
  node.op_name = !code.custom.empty()  ? code.custom
                 : !draft.code.empty() ? std::string(draft.code)
                                       : fmt::format("BUILTIN_{}", code.builtin);
  node.inputs = draft.in;
  node.outputs = draft.out;
  node.origin = {source_.path, node.op_name, draft.info.offset, 0};
  graph_.notes.push_back({Severity::not_executable, draft.name, fmt::format("{}: {}", node.op_name, why)});
  graph_.add_node(std::move(node));
}

std::optional<std::vector<std::int64_t>> Build::integers(ValueId value) const {
  if (value == kNone || !graph_.value(value).is_constant()) return std::nullopt;
  const Tensor& tensor = graph_.value(value).constant;
  if (tensor.dtype() != DType::i32 && tensor.dtype() != DType::i64) return std::nullopt;
  return tensor.integers();
}

ValueId Build::constant(const Draft& draft, std::string_view name, Tensor tensor, ValueId from) {
  Provenance origin;
  if (from != kNone) origin = graph_.value(from).origin;
  return graph_.add_constant(fmt::format("{}/{}", draft.name, name), std::move(tensor), std::move(origin));
}

ValueId Build::list(const Draft& draft, std::string_view name, const std::vector<std::int64_t>& numbers, ValueId from) {
  return constant(draft, name, Tensor::of_i64(numbers), from);
}

Result<NodeId> Build::add(const Draft& draft, std::string_view op, const AttributeList& attributes,
                          std::vector<ValueId> in, std::vector<ValueId> out) {
  Node node;
  node.op = op::find_op(op);
  if (node.op == nullptr) return make_error(Code::unsupported, "an operator of dlas", fmt::format("{}", op));
  DLAS_ASSIGN(node.attributes, node.op->attributes->make(attributes));
  while (!in.empty() && in.back() == kNone) in.pop_back();
  node.name = draft.name;
  node.op_name = op;
  node.inputs = std::move(in);
  node.outputs = std::move(out);
  node.origin = {source_.path, std::string(draft.code), draft.info.offset, 0};
  return graph_.add_node(std::move(node));
}

Status Build::finish(const Draft& draft, std::string_view op, const AttributeList& attributes,
                     std::vector<ValueId> in) {
  const auto node = add(draft, op, attributes, std::move(in), draft.out);
  return node.ok() ? Status() : Status(node.error());
}

Result<ValueId> Build::before(const Draft& draft, std::string_view op, const AttributeList& attributes,
                              std::vector<ValueId> in, ValueId like) {
  Value value;
  value.name = fmt::format("{}/{}", draft.name, op);
  if (like != kNone) {
    value.type = Type::unranked(type(like).dtype);
    value.type.quantization = type(like).quantization;
  }
  if (op::find_op(op) == nullptr) return make_error(Code::unsupported, "an operator of dlas", fmt::format("{}", op));
  const ValueId out = graph_.add_value(std::move(value));
  const auto node = add(draft, op, attributes, std::move(in), {out});
  if (!node.ok()) return node.error();
  graph_.node(*node).name = graph_.value(out).name;
  return out;
}

}  // namespace dlas::tflite
