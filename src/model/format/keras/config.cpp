#include "model/format/keras/config.h"

#include <fmt/format.h>

#include <cmath>

#include "base/json_budget.h"

namespace dlas::keras {
namespace {

std::optional<std::int64_t> integer_of(const Json& value) {
  if (value.is_number_unsigned()) {
    const auto n = value.get<std::uint64_t>();
    if (n > 0x7fffffffffffffff) return std::nullopt;
    return static_cast<std::int64_t>(n);
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number_float()) {
    const double d = value.get<double>();
    if (std::abs(d) < 1e15 && d == std::floor(d)) return static_cast<std::int64_t>(d);
  }
  return std::nullopt;
}

// NOLINTNEXTLINE(misc-no-recursion): depth <= limits().json_depth
bool gather(const Json& value, std::vector<double>& out) {
  if (value.is_number()) {
    out.push_back(value.get<double>());
    return true;
  }
  // Keras 3 wraps arrays: {"class_name": "__numpy__", "config": {"value": [...], "dtype": "float32"}}.
  if (value.is_object()) return gather(member(member(value, "config"), "value"), out);
  if (!value.is_array()) return false;
  for (const Json& one : value)
    if (!gather(one, out)) return false;
  return true;
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
  DLAS_TRY(check_json_budget(text));
  Json out = Json::parse(text, nullptr, false);
  if (out.is_discarded()) return make_error(Code::format, "JSON", "something else");
  return out;
}

const Json& member(const Json& object, std::string_view name) {
  static const Json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(name);
  return found == object.end() ? nothing : *found;
}

std::string text_of(const Json& object, std::string_view name) {
  const Json& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::string shown(const Json& value) {
  std::string out = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (out.size() > 60) out = out.substr(0, 57) + "...";
  return out;
}

bool Settings::has(std::string_view name) const { return !member(*json_, name).is_null(); }

void Settings::wrong(std::string_view name, std::string_view expected) {
  if (error_) return;
  error_ = make_error(Code::format, expected, shown(json(name)));
  error_->at_slot(fmt::format("setting '{}'", name));
}

void Settings::refuse(std::string_view name, std::string_view expected) {
  if (error_) return;
  error_ = make_error(Code::unsupported, expected, fmt::format("setting '{}' {}", name, shown(json(name))));
}

Status Settings::status() const { return error_ ? Status(*error_) : Status(); }

std::int64_t Settings::integer(std::string_view name, std::int64_t absent) {
  if (!has(name)) return absent;
  const auto value = integer_of(json(name));
  if (!value) wrong(name, "an integer");
  return value.value_or(absent);
}

double Settings::real(std::string_view name, double absent) {
  if (!has(name)) return absent;
  std::vector<double> list;
  if (!gather(json(name), list) || list.size() != 1) {
    wrong(name, "a number");
    return absent;
  }
  return list[0];
}

bool Settings::flag(std::string_view name, bool absent) {
  if (!has(name)) return absent;
  if (!json(name).is_boolean()) {
    wrong(name, "true or false");
    return absent;
  }
  return json(name).get<bool>();
}

std::string Settings::word(std::string_view name, std::string_view absent) {
  if (!has(name)) return std::string(absent);
  if (!json(name).is_string()) {
    wrong(name, "a word");
    return std::string(absent);
  }
  return json(name).get<std::string>();
}

std::vector<std::int64_t> Settings::integers(std::string_view name, std::size_t count) {
  if (!has(name)) return {};
  const Json& value = json(name);
  if (const auto one = integer_of(value)) return std::vector<std::int64_t>(count, *one);
  std::vector<std::int64_t> out;
  if (value.is_array())
    for (const Json& element : value)
      if (const auto one = integer_of(element)) out.push_back(*one);
  if (!value.is_array() || out.size() != value.size()) wrong(name, "integers");
  return out;
}

std::vector<double> Settings::reals(std::string_view name) {
  std::vector<double> out;
  if (has(name) && !gather(json(name), out)) wrong(name, "numbers");
  return out;
}

Result<Policy> policy_of(const Json& dtype) {
  const std::string name = dtype.is_string() ? dtype.get<std::string>() : text_of(member(dtype, "config"), "name");
  if (name.empty()) return Policy{};
  if (name == "mixed_float16") return Policy{DType::f16, DType::f32};
  if (name == "mixed_bfloat16") return Policy{DType::bf16, DType::f32};
  const auto found = parse_dtype(name);
  if (!found) return make_error(Code::unsupported, "a policy of floats", fmt::format("policy '{}'", name));
  return Policy{*found, *found};
}

}  // namespace dlas::keras
