#include "model/format/torch/program_schema.h"

#include <fmt/format.h>

#include <limits>
#include <optional>

#include "base/limits.h"
#include "model/format/torch/dtype.h"
#include "model/format/torch/json_text.h"

namespace dlas::torch {
namespace {

using nlohmann::json;

bool is_symbol(std::string_view text) {
  return !text.empty() && text.size() < 64 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
             std::string_view::npos;
}

// "s77", or since torch 2.8 "Symbol('s77', positive=True, integer=True)".
std::string symbol_of(std::string_view expression) {
  constexpr std::string_view kBegin = "Symbol('";
  if (expression.starts_with(kBegin)) {
    expression.remove_prefix(kBegin.size());
    const std::size_t end = expression.find('\'');
    const std::string_view rest = end == std::string_view::npos ? "" : expression.substr(end);
    if (rest.find(')') + 1 != rest.size()) return {};
    expression = expression.substr(0, end);
  }
  return is_symbol(expression) ? std::string(expression) : std::string();
}

Result<Dim> size_of_json(const json& size) {
  if (const json* number = member(size, "as_int")) {
    if (!number->is_number_integer() || number->get<std::int64_t>() < 0) return wrong_json("a size of at least 0");
    return Dim(number->get<std::int64_t>());
  }
  const json* expression = member(size, "as_expr");
  if (!expression) return wrong_json("a size");
  DLAS_ASSIGN(const std::string text, text_member(*expression, "expr_str"));
  std::string name = symbol_of(text);
  return name.empty() ? Dim() : Dim::symbol(std::move(name));
}

Result<std::vector<std::int64_t>> numbers(const json* list) {
  if (!list || !list->is_array()) return wrong_json("a list of sizes");
  std::vector<std::int64_t> out;
  for (const json& size : *list) {
    const json* number = member(size, "as_int");
    if (!number || !number->is_number_integer())
      return make_error(Code::unsupported, "a stored tensor of fixed sizes", "others");
    out.push_back(number->get<std::int64_t>());
  }
  return out;
}

Result<Datum> named(const json& reference, const Names& names, const char* key) {
  DLAS_ASSIGN(const std::string name, text_member(reference, key));
  const auto found = names.find(name);
  if (found == names.end()) return make_error(Code::graph, "an argument that something defines", "'" + name + "'");
  return found->second;
}

Result<Datum> integer(const json& value, const Names&) {
  if (!value.is_number_integer()) return wrong_json("an integer");
  return Datum(value.get<std::int64_t>());
}
Result<Datum> real(const json& value, const Names&) {
  if (value.is_number()) return Datum(value.get<double>());
  if (value == "Infinity") return Datum(std::numeric_limits<double>::infinity());
  if (value == "-Infinity") return Datum(-std::numeric_limits<double>::infinity());
  if (value == "NaN") return Datum(std::numeric_limits<double>::quiet_NaN());
  return wrong_json("a float");
}
Result<Datum> boolean(const json& value, const Names&) {
  if (!value.is_boolean()) return wrong_json("a boolean");
  return Datum(value.get<bool>());
}
Result<Datum> text(const json& value, const Names&) {
  if (!value.is_string()) return wrong_json("a text");
  return Datum(value.get<std::string>());
}
Result<Datum> nothing(const json&, const Names&) { return Datum(); }
Result<Datum> tensor(const json& value, const Names& names) { return named(value, names, "name"); }

// {"as_int": 3} or {"as_name": "sym_size_int"}; booleans and floats likewise.
Result<Datum> symbolic(const json& value, const Names& names) {
  if (const json* number = member(value, "as_int")) return integer(*number, names);
  if (const json* number = member(value, "as_float")) return real(*number, names);
  if (const json* flag = member(value, "as_bool")) return boolean(*flag, names);
  return named(value, names, "as_name");
}
Result<Datum> optional_tensor(const json& value, const Names& names) {
  if (const json* t = member(value, "as_tensor")) return tensor(*t, names);
  return Datum();
}
Result<Datum> scalar_type(const json& value, const Names&) {
  if (!value.is_number_integer()) return wrong_json("a scalar type");
  DLAS_ASSIGN(const DType dtype, dtype_of_export(value.get<std::int64_t>()));
  return Datum(dtype);
}
// Where a tensor lives and how it is laid out changes nothing that is computed.
Result<Datum> device(const json&, const Names&) { return Datum(std::string("device")); }

using One = Result<Datum> (*)(const json&, const Names&);

template <One one>
Result<Datum> list(const json& value, const Names& names) {
  if (!value.is_array()) return wrong_json("a list");
  std::vector<Datum> items;
  for (const json& item : value) {
    DLAS_ASSIGN(Datum d, one(item, names));
    items.push_back(std::move(d));
  }
  return list_of(std::move(items));
}

struct Row {
  std::string_view kind;
  One one;
};
constexpr Row kKinds[] = {
    {"as_bool", boolean},
    {"as_bools", list<boolean>},
    {"as_device", device},
    {"as_float", real},
    {"as_floats", list<real>},
    {"as_int", integer},
    {"as_ints", list<integer>},
    {"as_layout", nothing},
    {"as_memory_format", nothing},
    {"as_none", nothing},
    {"as_optional_tensor", optional_tensor},
    {"as_optional_tensors", list<optional_tensor>},
    {"as_scalar_type", scalar_type},
    {"as_string", text},
    {"as_strings", list<text>},
    {"as_sym_bool", symbolic},
    {"as_sym_float", symbolic},
    {"as_sym_int", symbolic},
    {"as_sym_ints", list<symbolic>},
    {"as_tensor", tensor},
    {"as_tensors", list<tensor>},
};

Status add_output(const json& one, const char* key, Output::Kind kind, std::vector<Output>& out) {
  DLAS_ASSIGN(std::string name, text_member(one, key));
  out.push_back({std::move(name), kind});
  return {};
}

}  // namespace

Result<Type> type_of_meta(const json& meta) {
  Type type;
  DLAS_ASSIGN(const std::int64_t number, integer_member(meta, "dtype"));
  const auto dtype = dtype_of_export(number);
  if (dtype.ok()) type.dtype = *dtype;
  const json* sizes = member(meta, "sizes");
  if (!sizes || !sizes->is_array()) return wrong_json("a list of sizes");
  if (sizes->size() > limits().rank)
    return make_error(Code::limit, fmt::format("at most {} dimensions", limits().rank),
                      fmt::format("{}", sizes->size()));
  type.dims.emplace();
  for (const json& size : *sizes) {
    DLAS_ASSIGN(Dim dim, size_of_json(size));
    type.dims->push_back(std::move(dim));
  }
  return type;
}

Result<Layout> layout_of_meta(const json& meta) {
  Layout out;
  DLAS_ASSIGN(const std::int64_t number, integer_member(meta, "dtype"));
  DLAS_ASSIGN(out.dtype, dtype_of_export(number));
  DLAS_ASSIGN(out.sizes, numbers(member(meta, "sizes")));
  DLAS_ASSIGN(out.strides, numbers(member(meta, "strides")));
  const json* offset = member(meta, "storage_offset");
  DLAS_ASSIGN(out.first, integer_member(offset ? *offset : json(), "as_int"));
  return out;
}

Result<Datum> argument(const json& arg, const Names& names) {
  if (!arg.is_object() || arg.size() != 1) return wrong_json("an argument of one kind");
  for (const Row& row : kKinds)
    if (arg.begin().key() == row.kind) return row.one(arg.begin().value(), names);
  return make_error(Code::unsupported, "arguments of tensors and numbers", "'" + arg.begin().key() + "'");
}

Result<std::vector<Output>> outputs_of(const json& node) {
  const json* list = member(node, "outputs");
  if (!list || !list->is_array()) return wrong_json("a list of outputs");
  std::vector<Output> out;
  for (const json& one : *list) {
    if (const json* t = member(one, "as_tensor")) DLAS_TRY(add_output(*t, "name", Output::Kind::tensor, out));
    else if (const json* size = member(one, "as_sym_int"))
      DLAS_TRY(add_output(*size, "as_name", Output::Kind::size, out));
    else if (const json* many = member(one, "as_tensors"); many && many->is_array())
      for (const json& each : *many) DLAS_TRY(add_output(each, "name", Output::Kind::tensor, out));
    else out.push_back({});
  }
  return out;
}

}  // namespace dlas::torch
