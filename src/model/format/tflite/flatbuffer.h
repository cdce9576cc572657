// A bounded reader of flatbuffers: tables by field number, every offset checked against the file before it is followed.
//
// Errors are sticky: the first one is kept, and from then on every read gives its default. So a parser reads field after
// field and asks once at the end whether all was well. What can make a file expensive is budgeted: tables visited
// (Limits::tables) and bytes of vectors read (shared vectors would otherwise be read once per reference).
// Source: the flatbuffers internals page: root offset, table -> vtable by signed offset, vectors with a 32-bit length.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.h"

namespace dlas::tflite {

class Table;
class Tables;

class FlatBuffer {
 public:
  explicit FlatBuffer(std::span<const std::byte> bytes);
  FlatBuffer(const FlatBuffer&) = delete;

  // The root table. Fails when the four characters after the root offset are not `identifier`.
  Table root(std::string_view identifier);

  bool ok() const { return !error_; }
  const std::optional<Error>& error() const { return error_; }
  // Keeps the first failure. `what` is the place in the format's words: "tensor 3, shape".
  void fail(std::uint64_t offset, std::string_view what, std::string_view expected, std::string_view found,
            Code code = Code::format);

  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  friend class Table;
  friend class Tables;
  template <typename T>
  T read(std::uint64_t at) const;  // REQUIRES: the bytes are there
  bool fits(std::uint64_t at, std::uint64_t length, std::string_view what);
  bool spend(std::uint64_t vector_bytes, std::uint64_t at);
  std::uint64_t follow(std::uint64_t at, std::string_view what);  // unsigned offset; 0 on failure
  Table table_at(std::uint64_t at, std::string_view what);

  std::span<const std::byte> bytes_;
  std::optional<Error> error_;
  std::uint64_t tables_ = 0;
  std::uint64_t vector_bytes_ = 0;
};

struct Bytes {
  std::uint64_t offset = 0;  // in the file
  std::uint64_t size = 0;
};

// A table, or nothing: an absent table has only absent fields.
class Table {
 public:
  Table() = default;
  bool present() const { return buffer_ != nullptr; }
  std::uint64_t offset() const { return at_; }

  bool has(int field) const;

  // A scalar, or `absent` when the field is not stored.
  template <typename T>
  T scalar(int field, std::type_identity_t<T> absent) const;

  std::string text(int field, std::string_view what) const;
  Table table(int field, std::string_view what) const;
  Tables tables(int field, std::string_view what) const;
  std::vector<std::string> texts(int field, std::string_view what) const;
  Bytes bytes(int field, std::string_view what) const;  // a vector of bytes, unread

  template <typename T>
  std::vector<T> numbers(int field, std::string_view what) const;

 private:
  friend class FlatBuffer;
  std::uint64_t field(int number, std::uint64_t size) const;  // position of the field, 0 when absent
  // Position of the first element and the count; both 0 when absent or damaged.
  Bytes vector(int field, std::uint64_t element, std::string_view what) const;
  std::string text_at(std::uint64_t at, std::string_view what) const;

  FlatBuffer* buffer_ = nullptr;
  std::uint64_t at_ = 0;
  std::uint64_t vtable_ = 0;
  std::uint64_t vtable_size_ = 0;
  std::uint64_t table_size_ = 0;
};

// A vector of tables.
class Tables {
 public:
  Tables() = default;
  std::size_t size() const { return count_; }
  Table operator[](std::size_t i) const;  // REQUIRES: i < size()

 private:
  friend class Table;
  FlatBuffer* buffer_ = nullptr;
  std::uint64_t at_ = 0;
  std::size_t count_ = 0;
  std::string what_;
};

template <typename T>
T FlatBuffer::read(std::uint64_t at) const {
  T value;
  __builtin_memcpy(&value, bytes_.data() + at, sizeof value);
  return value;
}

template <typename T>
T Table::scalar(int number, std::type_identity_t<T> absent) const {
  const std::uint64_t at = field(number, sizeof(T));
  return at == 0 ? absent : buffer_->read<T>(at);
}

template <typename T>
std::vector<T> Table::numbers(int number, std::string_view what) const {
  const Bytes found = vector(number, sizeof(T), what);
  std::vector<T> out(found.size);
  if (found.size != 0) __builtin_memcpy(out.data(), buffer_->bytes_.data() + found.offset, found.size * sizeof(T));
  return out;
}

}  // namespace dlas::tflite
