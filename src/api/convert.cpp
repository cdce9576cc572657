#include <algorithm>
#include <cstring>

#include "api/inside.h"

namespace dlas::inside {

v1::Error outer(const Error& error) {
  return {std::string(text(error.code)),
          error.file,
          error.node,
          error.expected,
          error.found,
          error.remedy,
          error.message()};
}

v1::Tensor outer(const Tensor& tensor) {
  const Tensor wide = tensor.widened();
  const auto bytes = wide.bytes();
  return {std::string(text(wide.dtype())), {wide.shape().begin(), wide.shape().end()}, {bytes.begin(), bytes.end()}};
}

Result<Tensor> inner(const v1::Tensor& tensor) {
  const auto dtype = parse_dtype(tensor.dtype);
  if (!dtype || *dtype == DType::none || is_packed(*dtype))
    return make_error(Code::type, "a dtype such as float32 or int8", tensor.dtype);
  if (std::ranges::any_of(tensor.shape, [](std::int64_t size) { return size < 0; }))
    return make_error(Code::mismatch, "sizes that are not negative",
                      text(Shape(tensor.shape.begin(), tensor.shape.end())));
  const auto kept = std::make_shared<const std::vector<std::byte>>(tensor.bytes);
  return Tensor::view(*dtype, Shape(tensor.shape.begin(), tensor.shape.end()), *kept, kept);
}

Result<std::vector<data::NamedTensor>> inner(const v1::Tensors& tensors) {
  std::vector<data::NamedTensor> out;
  for (const auto& [name, tensor] : tensors) {
    auto one = inner(tensor);
    if (!one.ok()) return std::move(one).error().at_slot("input '" + name + "'");
    out.emplace_back(name, *std::move(one));
  }
  return out;
}

}  // namespace dlas::inside

namespace dlas {
inline namespace v1 {

v1::Tensor v1::Tensor::of(std::vector<std::int64_t> sizes, const std::vector<float>& elements) {
  v1::Tensor tensor{"float32", std::move(sizes), std::vector<std::byte>(elements.size() * sizeof(float))};
  if (!elements.empty()) std::memcpy(tensor.bytes.data(), elements.data(), tensor.bytes.size());
  return tensor;
}

std::vector<float> v1::Tensor::floats() const {
  std::vector<float> out(dtype == "float32" ? bytes.size() / sizeof(float) : 0);
  if (!out.empty()) std::memcpy(out.data(), bytes.data(), out.size() * sizeof(float));
  return out;
}

}  // namespace v1
}  // namespace dlas
