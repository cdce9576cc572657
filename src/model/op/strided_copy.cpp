#include "model/op/strided_copy.h"

#include <cstring>

namespace dlas::op {
namespace {

std::size_t element_bytes(const Tensor& tensor) { return static_cast<std::size_t>(bits(tensor.dtype()) / 8); }

}  // namespace

void strided_copy(const Tensor& from, const Place& source, Tensor& to, const Place& target, const Shape& shape) {
  const std::size_t width = element_bytes(from);
  check(width > 0 && width == element_bytes(to), "elements that move have the same whole bytes");
  const std::byte* in = from.bytes().data();
  std::byte* out = to.mutable_bytes().data();
  for (Walk<2> w(shape, {source.strides, target.strides}); !w.done(); w.next())
    std::memcpy(out + static_cast<std::size_t>(target.offset + w.offset(1)) * width,
                in + static_cast<std::size_t>(source.offset + w.offset(0)) * width, width);
}

void copy_bytes(const Tensor& from, Tensor& to) {
  check(from.bytes().size() == to.bytes().size(), "as many bytes move as there is room for");
  if (!from.bytes().empty()) std::memcpy(to.mutable_bytes().data(), from.bytes().data(), from.bytes().size());
}

void copy_element(const Tensor& from, std::int64_t source, Tensor& to, std::int64_t target) {
  const std::size_t width = element_bytes(from);
  std::memcpy(to.mutable_bytes().data() + static_cast<std::size_t>(target) * width,
              from.bytes().data() + static_cast<std::size_t>(source) * width, width);
}

}  // namespace dlas::op
