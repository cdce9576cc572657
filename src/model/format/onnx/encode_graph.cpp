#include "model/format/onnx/encode_graph.h"

#include "model/format/onnx/proto.h"
#include "model/format/onnx/tensor.h"

namespace dlas::onnx {
namespace {

void kind(Encoder& out, AttributeKind kind) { out.integer(20, static_cast<std::int64_t>(kind)); }

struct AttributeWriter {
  Encoder& out;
  void operator()(std::int64_t v) const { out.integer(3, v), kind(out, AttributeKind::i); }
  void operator()(bool v) const { (*this)(static_cast<std::int64_t>(v)); }
  void operator()(DType v) const { (*this)(data_type_of(v)); }
  void operator()(double v) const { out.real(2, static_cast<float>(v)), kind(out, AttributeKind::f); }
  void operator()(const std::string& v) const { out.text(4, v), kind(out, AttributeKind::s); }
  void operator()(const Tensor& v) const { out.message(5, tensor_message("", v)), kind(out, AttributeKind::t); }
  void operator()(const std::vector<std::int64_t>& v) const {
    for (const std::int64_t i : v) out.integer(8, i);
    kind(out, AttributeKind::ints);
  }
  void operator()(const std::vector<double>& v) const {
    for (const double f : v) out.real(7, static_cast<float>(f));
    kind(out, AttributeKind::floats);
  }
  void operator()(const std::vector<std::string>& v) const {
    for (const std::string& s : v) out.text(9, s);
    kind(out, AttributeKind::strings);
  }
};

Encoder shape_message(const std::vector<Dim>& dims) {
  Encoder out;
  for (const Dim& d : dims) {
    Encoder size;
    if (d.known()) size.integer(1, d.size());
    else if (!d.name().empty()) size.text(2, d.name());
    out.message(1, std::move(size));
  }
  return out;
}

}  // namespace

std::int64_t data_type_of(DType dtype) {
  for (std::int64_t number = 1; number < 64; ++number)
    if (const auto known = dtype_of_proto(number); known.ok() && *known == dtype) return number;
  return 0;
}

Encoder tensor_message(std::string_view name, const Tensor& tensor) {
  Encoder out;
  for (const std::int64_t size : tensor.shape()) out.integer(1, size);
  out.integer(2, data_type_of(tensor.dtype()));
  if (!name.empty()) out.text(8, name);
  out.view(9, tensor.bytes());
  return out;
}

Encoder value_message(const Value& value, std::string_view name) {
  Encoder tensor, type, out;
  tensor.integer(1, data_type_of(value.type.dtype));
  if (value.type.ranked()) tensor.message(2, shape_message(*value.type.dims));
  type.message(1, std::move(tensor));
  out.text(1, name).message(2, std::move(type));
  return out;
}

Encoder attribute_message(const NamedAttribute& attribute) {
  Encoder out;
  out.text(1, attribute.name);
  std::visit(AttributeWriter{out}, attribute.value);
  return out;
}

}  // namespace dlas::onnx
