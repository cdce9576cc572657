#include "base/tensor.h"

#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <mutex>
#include <new>

#include "base/checked.h"
#include "base/limits.h"

namespace dlas {
namespace {

constexpr std::size_t kAlignment = 64;
std::atomic<std::uint64_t> largest_request{0};

std::shared_ptr<void> allocate(std::size_t bytes) {
  std::uint64_t seen = largest_request.load(std::memory_order_relaxed);
  while (bytes > seen && !largest_request.compare_exchange_weak(seen, bytes)) {
  }
  const std::size_t rounded = (bytes + kAlignment - 1) / kAlignment * kAlignment + kAlignment;
  void* memory = ::operator new(rounded, std::align_val_t{kAlignment}, std::nothrow);
  if (!memory) return nullptr;
  std::memset(memory, 0, rounded);
  return {memory, [](void* p) { ::operator delete(p, std::align_val_t{kAlignment}); }};
}

std::size_t alignment(DType dtype) { return std::max(bits(dtype) / 8, 1); }

int nibble(std::span<const std::byte> bytes, std::int64_t i) {
  const auto byte = std::to_integer<unsigned>(bytes[static_cast<std::size_t>(i / 2)]);
  return static_cast<int>(i % 2 ? byte >> 4 : byte & 15U);
}

std::int64_t saturated(double value) {
  if (std::isnan(value)) return 0;
  if (value >= 0x1p63) return std::numeric_limits<std::int64_t>::max();
  if (value < -0x1p63) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(value);
}

}  // namespace

// The aligned copy of a view, made by whoever asks first.
struct Tensor::LateCopy {
  std::once_flag once;
  std::shared_ptr<void> memory;
};

const std::byte* Tensor::late_elements() const {
  std::call_once(late_->once, [this] {
    late_->memory = allocate(size_);
    if (!late_->memory) throw std::bad_alloc();  // as a vector would; the size was checked against the limit
    std::memcpy(late_->memory.get(), data_, size_);
  });
  return static_cast<const std::byte*>(late_->memory.get());
}

Result<Tensor> Tensor::zeros(DType dtype, Shape shape) {
  const auto bytes = byte_size(dtype, shape);
  const auto elements = checked_product(shape);
  if (!bytes || shape.size() > limits().rank || static_cast<std::uint64_t>(*elements) > limits().elements ||
      *bytes > limits().live_bytes)
    return make_error(Code::limit, "a tensor within the limits of size and rank",
                      std::string(text(dtype)) + " " + text(shape));
  Tensor t;
  auto memory = allocate(*bytes);
  if (!memory) return make_error(Code::limit, "memory for a tensor", std::string(text(dtype)) + " " + text(shape));
  t.data_ = static_cast<const std::byte*>(memory.get());
  t.owner_ = std::move(memory);
  t.size_ = *bytes;
  t.count_ = *elements;
  t.shape_ = std::move(shape);
  t.dtype_ = dtype;
  t.owning_ = true;
  return t;
}

Tensor Tensor::make(DType dtype, Shape shape) {
  auto made = zeros(dtype, std::move(shape));
  check(made.ok(), "a tensor whose shape our own code made has a valid size");
  return *std::move(made);
}

Result<Tensor> Tensor::view(DType dtype, Shape shape, std::span<const std::byte> bytes,
                            std::shared_ptr<const void> owner) {
  const auto need = byte_size(dtype, shape);
  const auto elements = checked_product(shape);
  if (!need || shape.size() > limits().rank || static_cast<std::uint64_t>(*elements) > limits().elements)
    return make_error(Code::limit, "a tensor within the limits of size and rank",
                      std::string(text(dtype)) + " " + text(shape));
  if (*need != bytes.size())
    return make_error(Code::format,
                      std::to_string(*need) + " bytes for " + std::string(text(dtype)) + " " + text(shape),
                      std::to_string(bytes.size()) + " bytes");
  Tensor t;
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % alignment(dtype) != 0) {
    if (*need > limits().live_bytes)
      return make_error(Code::limit, "a tensor within the limits of size and rank",
                        std::string(text(dtype)) + " " + text(shape));
    t.late_ = std::make_shared<LateCopy>();
  }
  t.owner_ = std::move(owner);
  t.data_ = bytes.data();
  t.size_ = bytes.size();
  t.count_ = *elements;
  t.shape_ = std::move(shape);
  t.dtype_ = dtype;
  return t;
}

Tensor Tensor::of_i64(std::span<const std::int64_t> values) {
  return of<std::int64_t>({static_cast<std::int64_t>(values.size())}, values);
}

double Tensor::number(std::int64_t i) const {
  if (dtype_ == DType::i4) return (nibble(bytes(), i) ^ 8) - 8;
  if (dtype_ == DType::u4) return nibble(bytes(), i);
  return for_any(dtype_, [&]<typename T>() { return static_cast<double>(as<T>()[static_cast<std::size_t>(i)]); });
}

std::int64_t Tensor::integer(std::int64_t i) const {
  if (is_float(dtype_)) return saturated(number(i));
  if (is_packed(dtype_)) return static_cast<std::int64_t>(number(i));
  return for_any(dtype_, [&]<typename T>() { return static_cast<std::int64_t>(as<T>()[static_cast<std::size_t>(i)]); });
}

std::vector<std::int64_t> Tensor::integers() const {
  std::vector<std::int64_t> out(static_cast<std::size_t>(count_));
  for (std::int64_t i = 0; i < count_; ++i) out[static_cast<std::size_t>(i)] = integer(i);
  return out;
}

Tensor Tensor::reshaped(Shape shape) const {
  check(dlas::count(shape) == count_, "a reshape keeps the number of elements");
  Tensor t = *this;
  t.shape_ = std::move(shape);
  return t;
}

Tensor Tensor::widened() const {
  if (!is_packed(dtype_)) return *this;
  Tensor t = make(dtype_ == DType::i4 ? DType::i8 : DType::u8, shape_);
  auto out = t.mutable_bytes();
  for (std::int64_t i = 0; i < count_; ++i) {
    const int low = nibble(bytes(), i);
    out[static_cast<std::size_t>(i)] = static_cast<std::byte>(dtype_ == DType::i4 ? (low ^ 8) - 8 : low);
  }
  return t;
}

Tensor Tensor::packed(DType packed) const {
  check(is_packed(packed) && bits(dtype_) == 8, "4-bit values come from 8-bit ones");
  Tensor t = make(packed, shape_);
  auto out = t.mutable_bytes();
  for (std::int64_t i = 0; i < count_; ++i) {
    const std::byte low = bytes()[static_cast<std::size_t>(i)] & std::byte{15};
    out[static_cast<std::size_t>(i / 2)] |= i % 2 ? low << 4 : low;
  }
  return t;
}

Tensor Tensor::clone() const {
  Tensor t = make(dtype_, shape_);
  std::copy(bytes().begin(), bytes().end(), t.mutable_bytes().begin());
  return t;
}

Tensor Tensor::to_f64() const {
  Tensor t = make(DType::f64, shape_);
  auto out = t.mutable_as<double>();
  for (std::int64_t i = 0; i < count_; ++i) out[static_cast<std::size_t>(i)] = number(i);
  return t;
}

bool Tensor::same_bits(const Tensor& other) const {
  return dtype_ == other.dtype_ && shape_ == other.shape_ && std::ranges::equal(bytes(), other.bytes());
}

std::string text(const Tensor& tensor) { return std::string(text(tensor.dtype())) + " " + text(tensor.shape()); }

std::uint64_t largest_tensor_request() { return largest_request.load(); }
void reset_largest_tensor_request() { largest_request = 0; }

}  // namespace dlas
