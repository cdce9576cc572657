// Result<T>: a value or an Error. No exceptions; an unread Result is a compiler warning.
#pragma once

#include <utility>
#include <variant>

#include "base/error.h"

namespace dlas {

template <typename T>
class [[nodiscard]] Result {
 public:
  using Value = T;
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit on purpose
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT
  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // REQUIRES: ok()
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // REQUIRES: !ok()
  Error& error() & { return std::get<1>(state_); }
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), failed_(true) {}  // NOLINT: implicit on purpose
  bool ok() const { return !failed_; }
  explicit operator bool() const { return ok(); }
  Error& error() & { return error_; }
  const Error& error() const& { return error_; }
  Error&& error() && { return std::move(error_); }

 private:
  Error error_;
  bool failed_ = false;
};

using Status = Result<void>;

}  // namespace dlas

// For implementation files only: DLAS_TRY(status) returns the error; DLAS_ASSIGN(auto x, result) binds the value.
#define DLAS_JOIN_(a, b) a##b
#define DLAS_JOIN(a, b) DLAS_JOIN_(a, b)
#define DLAS_TRY(expression)                                                                       \
  do {                                                                                             \
    if (auto dlas_status = (expression); !dlas_status.ok()) return std::move(dlas_status).error(); \
  } while (false)
#define DLAS_ASSIGN(declaration, ...) DLAS_ASSIGN_(DLAS_JOIN(dlas_result_, __LINE__), declaration, __VA_ARGS__)
#define DLAS_ASSIGN_(name, declaration, ...)      \
  auto name = (__VA_ARGS__);                      \
  if (!name.ok()) return std::move(name).error(); \
  declaration = std::move(name).value()
