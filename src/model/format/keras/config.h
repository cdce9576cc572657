// The JSON that Keras writes about a model, read without exceptions: bounded depth, every value checked for its kind.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/dtype.h"
#include "base/result.h"

namespace dlas::keras {

using Json = nlohmann::json;

// Errors: format; limit when values nest deeper than Limits::json_depth.
Result<Json> parse_json(std::string_view text);

// The member of an object; a null value when there is none.
const Json& member(const Json& object, std::string_view name);
std::string text_of(const Json& object, std::string_view name);  // empty when it is no string

// Settings of one layer. What has another kind than asked for is remembered as an error: ask `status` after the last.
class Settings {
 public:
  explicit Settings(const Json& json) : json_(&json) {}
  bool has(std::string_view name) const;  // there and not null
  std::int64_t integer(std::string_view name, std::int64_t absent);
  double real(std::string_view name, double absent);
  bool flag(std::string_view name, bool absent);
  std::string word(std::string_view name, std::string_view absent);
  // A list of integers; one integer stands for itself `count` times. Empty when absent.
  std::vector<std::int64_t> integers(std::string_view name, std::size_t count = 1);
  // A list of reals, however nested; one real stands for itself. Empty when absent.
  std::vector<double> reals(std::string_view name);
  const Json& json(std::string_view name) const { return member(*json_, name); }
  const Json& all() const { return *json_; }
  // Remembers that a setting has a value that dlas does not compute.
  void refuse(std::string_view name, std::string_view expected);
  // Errors: format for a wrong kind, unsupported for what was refused.
  Status status() const;

 private:
  void wrong(std::string_view name, std::string_view expected);
  const Json* json_;
  std::optional<Error> error_;
};

// A setting as an error shows it: short.
std::string shown(const Json& value);

// The type that a layer computes in and that of its variables, from "float32", a policy's name or a policy.
struct Policy {
  DType compute = DType::f32, variable = DType::f32;
};
Result<Policy> policy_of(const Json& dtype);

}  // namespace dlas::keras
