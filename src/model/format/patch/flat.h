// Changing a flatbuffer: fields in place, more room at the end. Offsets between tables point forwards only, so what is appended
// can be referred to by what stands before, never the other way round.
//
// Every position is checked against the file before it is read or written; the first failure is kept, and from then on nothing
// is read or written.                                                              Source: the flatbuffers internals page
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/result.h"

namespace dlas::patch {

class Flat {
 public:
  explicit Flat(std::string bytes) : bytes_(std::move(bytes)) {}

  std::uint64_t root();
  // Position of a field of a table; 0 when it is not stored.
  std::uint64_t field(std::uint64_t table, int number);
  // Where the offset at `at` points to; 0 for at = 0.
  std::uint64_t follow(std::uint64_t at);
  std::uint64_t child(std::uint64_t table, int number) { return follow(field(table, number)); }
  // Number of elements of a vector; 0 for none.
  std::uint64_t count(std::uint64_t vector) { return vector == 0 ? 0 : get<std::uint32_t>(vector); }

  template <typename T>
  T get(std::uint64_t at) {
    T out{};
    if (fits(at, sizeof(T))) __builtin_memcpy(&out, bytes_.data() + at, sizeof(T));
    return out;
  }
  template <typename T>
  void set(std::uint64_t at, std::type_identity_t<T> value) {
    if (fits(at, sizeof(T))) __builtin_memcpy(bytes_.data() + at, &value, sizeof(T));
  }
  void set_bytes(std::uint64_t at, std::string_view value);
  // Makes the offset at `at` point to `target`, which stands behind it.
  void point(std::uint64_t at, std::uint64_t target);

  // A vector with this content, its elements aligned to `align`; gives its position.
  std::uint64_t append_vector(std::uint64_t count, std::string_view content, std::uint64_t align);
  // A table; gives its position. Its offsets point nowhere until point() is called with what is appended next.
  struct Slot {
    std::string scalar = {};  // its bytes; empty: not stored
    bool offset = false;      // or an offset
  };
  std::uint64_t append_table(const std::vector<Slot>& slots);

  bool ok() const { return !error_; }
  Status status() const { return error_ ? Status(*error_) : Status(); }
  std::string take() { return std::move(bytes_); }

 private:
  bool fits(std::uint64_t at, std::uint64_t length);
  void pad_to(std::uint64_t align, std::uint64_t ahead);

  std::string bytes_;
  std::optional<Error> error_;
};

}  // namespace dlas::patch
