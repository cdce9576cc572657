// A value or an error: nothing of dlas throws, prints or exits.
//
// Every header of include/dlas stands alone: it shows no type of a library and no type of dlas' inside.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace dlas {
inline namespace v1 {

// What was wrong, where, and what to do. Texts are as in the files they come from: escape them before you show them;
// `message` is escaped.
struct Error {
  std::string code;      // "not_found", "format", "mismatch", ...: the table is docs/errors.md
  std::string file;      // as the caller named it; empty where there is none
  std::string node;      // name of the node or value
  std::string expected;  // "f32 [1,3,224,224]"
  std::string found;     // "f64 [1,3,224,224]"
  std::string remedy;    // what to do; empty where nobody knows
  std::string message;   // one line with all of this but the remedy
};

// What a function gives back. Ask ok() first: value() of an error ends the program.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit on purpose
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit on purpose

  bool ok() const { return state_.index() == 0; }
  const T& value() const { return *std::get_if<0>(&state_); }      // requires ok()
  const Error& error() const { return *std::get_if<1>(&state_); }  // requires !ok()
  const T& operator*() const { return value(); }                   // requires ok()
  const T* operator->() const { return &value(); }                 // requires ok()

 private:
  std::variant<T, Error> state_;
};

}  // namespace v1
}  // namespace dlas
