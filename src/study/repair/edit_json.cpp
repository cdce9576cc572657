#include "study/repair/edit_json.h"

#include <fmt/format.h>

#include <cmath>

#include "base/base64.h"
#include "base/text.h"

namespace dlas::study {
namespace {

using Json = nlohmann::ordered_json;
using Integers = std::vector<std::int64_t>;
using Reals = std::vector<double>;
using Texts = std::vector<std::string>;

// --- writing ---

Json of(const std::string& text) {
  if (valid_utf8(text) == text) return text;
  return {{"bytes", base64(text)}};
}
Json of(double v) {
  if (std::isfinite(v)) return v;
  return {{"float", std::isnan(v) ? "nan" : v < 0 ? "-inf" : "inf"}};
}
Json of(std::int64_t v) { return v; }
Json of(bool v) { return v; }
Json of(DType v) { return {{"dtype", text(v)}}; }
template <typename T>
Json list(const std::vector<T>& values) {
  Json out = Json::array();
  for (const T& v : values) out.push_back(of(v));
  return out;
}
Json of(const Integers& v) { return list(v); }
Json of(const Reals& v) { return {{"floats", list(v)}}; }
Json of(const Texts& v) { return {{"texts", list(v)}}; }
Json of(const Tensor& t) {
  const auto bytes = t.bytes();
  return {{"dtype", text(t.dtype())},
          {"shape", list(t.shape())},
          {"base64", base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()})}};
}
Json of(const AttributeValue& v) {
  return std::visit([](const auto& x) { return of(x); }, v);
}
Json of(const Quantization& q) {
  return {{"axis", q.axis}, {"bits", q.bits}, {"scales", list(q.scales)}, {"zero_points", list(q.zero_points)}};
}

void put(Json& out, const AxesChange& c) {
  out["change"] = "axes";
  out["perm"] = list(c.perm);
  if (!c.from.empty()) out["from"] = list(c.from);
}
void put(Json& out, const OrderChange& c) {
  out["change"] = "order";
  out["axis"] = c.axis;
  out["order"] = list(c.order);
}
void put(Json& out, const AffineChange& c) {
  out["change"] = "affine";
  out["axis"] = c.axis;
  out["scale"] = list(c.scale);
  out["offset"] = list(c.offset);
}
void put(Json& out, const CopyChange& c) {
  out["change"] = "copy";
  out["tensor"] = of(c.tensor);
}

void put(Json& out, const SetAttribute& e) {
  out["node"] = of(e.node);
  out["name"] = of(e.name);
  out["after"] = e.after ? of(*e.after) : Json();
  if (e.before) out["before"] = of(*e.before);
}
void put(Json& out, const SetTensor& e) {
  out["value"] = of(e.value);
  std::visit([&](const auto& c) { put(out, c); }, e.change);
  if (e.before) out["before"] = text(*e.before);
}
void put(Json& out, const SetQuantization& e) {
  out["value"] = of(e.value);
  out["after"] = e.after ? of(*e.after) : Json();
  if (e.before) out["before"] = of(*e.before);
}
void put(Json& out, const InsertNode& e) {
  out["node"] = of(e.node);
  out["op"] = of(e.op);
  Json attributes = Json::object();
  for (const NamedAttribute& a : e.attributes) attributes[a.name] = of(a.value);
  out["attributes"] = std::move(attributes);
  out["inputs"] = list(e.inputs);
  out["outputs"] = list(e.outputs);
  out["readers"] = list(e.readers);
}
void put(Json& out, const DeleteNode& e) {
  out["node"] = of(e.node);
  out["slot"] = e.slot;
}
void put(Json& out, const Rewire& e) {
  out["node"] = of(e.node);
  out["slot"] = e.slot;
  out["after"] = of(e.after);
  if (e.before) out["before"] = of(*e.before);
}
void put(Json& out, const ReplaceRegion& e) {
  out["inputs"] = list(e.inputs);
  out["outputs"] = list(e.outputs);
  out["replacement"] = of(e.replacement);
}
void put(Json& out, const SetOutputs& e) {
  out["after"] = list(e.after);
  if (e.before) out["before"] = list(*e.before);
}
void put(Json& out, const SetContract& e) {
  out["key"] = of(e.key);
  out["after"] = of(e.after);
  if (e.before) out["before"] = of(*e.before);
}

// --- reading ---

Error wrong(std::string_view field, std::string_view expected) {
  return make_error(Code::format, expected, "something else").at_slot(fmt::format("field '{}'", field));
}

const Json* member(const Json& json, std::string_view name) {
  if (!json.is_object()) return nullptr;
  const auto it = json.find(std::string(name));
  return it == json.end() ? nullptr : &*it;
}

// The fields of one object, by type; the name of the field is in each error.
class Fields {
 public:
  explicit Fields(const Json& json) : json_(json) {}
  bool has(std::string_view name) const { return member(json_, name) != nullptr; }

  Result<AttributeValue> any(std::string_view name) const {
    const Json* v = member(json_, name);
    if (!v) return wrong(name, "a value");
    auto out = value_from_json(*v);
    if (!out.ok()) return Error(out.error()).at_slot(fmt::format("field '{}'", name));
    return out;
  }
  template <typename T>
  Result<T> as(std::string_view name, std::string_view what) const {
    DLAS_ASSIGN(AttributeValue value, any(name));
    if (T* found = std::get_if<T>(&value)) return std::move(*found);
    return wrong(name, what);
  }
  Result<std::string> text(std::string_view name) const { return as<std::string>(name, "a text"); }
  Result<std::int64_t> integer(std::string_view name) const { return as<std::int64_t>(name, "an integer"); }
  Result<Integers> integers(std::string_view name) const { return as<Integers>(name, "a list of integers"); }

  Result<Texts> texts(std::string_view name) const {
    return items<std::string>(name, [](const Json& v) -> Result<std::string> {
      DLAS_ASSIGN(AttributeValue value, value_from_json(v));
      if (auto* found = std::get_if<std::string>(&value)) return std::move(*found);
      return make_error(Code::format, "a text", "something else");
    });
  }
  Result<Reals> reals(std::string_view name) const {
    return items<double>(name, [](const Json& v) -> Result<double> {
      DLAS_ASSIGN(const AttributeValue value, value_from_json(v));
      if (const auto* real = std::get_if<double>(&value)) return *real;
      if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
      return make_error(Code::format, "a number", "something else");
    });
  }
  Result<std::optional<Quantization>> quantization(std::string_view name) const {
    const Json* v = member(json_, name);
    if (!v || v->is_null()) return std::optional<Quantization>();
    const Fields in(*v);
    Quantization q;
    DLAS_ASSIGN(const std::int64_t axis, in.integer("axis"));
    DLAS_ASSIGN(const std::int64_t bits, in.integer("bits"));
    if (axis < -1 || axis > 64 || bits < 1 || bits > 64) return wrong(name, "an axis and bits in range");
    q.axis = static_cast<int>(axis);
    q.bits = static_cast<int>(bits);
    DLAS_ASSIGN(q.scales, in.reals("scales"));
    DLAS_ASSIGN(q.zero_points, in.integers("zero_points"));
    return std::optional<Quantization>(std::move(q));
  }
  Result<AttributeList> attributes(std::string_view name) const {
    const Json* v = member(json_, name);
    if (!v || !v->is_object()) return wrong(name, "an object");
    AttributeList out;
    for (const auto& [key, one] : v->items()) {
      DLAS_ASSIGN(AttributeValue value, value_from_json(one));
      out.push_back({key, std::move(value)});
    }
    return out;
  }

 private:
  template <typename T, typename F>
  Result<std::vector<T>> items(std::string_view name, F each) const {
    const Json* v = member(json_, name);
    if (!v || !v->is_array()) return wrong(name, "a list");
    std::vector<T> out;
    for (const Json& one : *v) {
      auto item = each(one);
      if (!item.ok()) return Error(item.error()).at_slot(fmt::format("field '{}'", name));
      out.push_back(std::move(*item));
    }
    return out;
  }

  const Json& json_;
};

Result<Tensor> tensor_from(const Json& json) {
  const Json *dtype = member(json, "dtype"), *shape = member(json, "shape"), *data = member(json, "base64");
  if (!dtype || !dtype->is_string() || !shape || !shape->is_array() || !data || !data->is_string())
    return wrong("tensor", "dtype, shape and base64");
  const auto type = parse_dtype(dtype->get<std::string>());
  if (!type || *type == DType::none) return wrong("dtype", "an element type");
  Shape sizes;
  for (const Json& size : *shape) {
    if (!size.is_number_integer() || size.get<std::int64_t>() < 0) return wrong("shape", "sizes of at least 0");
    sizes.push_back(size.get<std::int64_t>());
  }
  auto bytes = from_base64(data->get_ref<const std::string&>());
  if (!bytes) return wrong("base64", "bytes in base64");
  const auto want = byte_size(*type, sizes);
  if (!want || *want != bytes->size()) return wrong("base64", "as many bytes as the shape has");
  auto owner = std::make_shared<const std::string>(std::move(*bytes));
  DLAS_ASSIGN(const Tensor view,
              Tensor::view(*type, sizes, std::as_bytes(std::span(owner->data(), owner->size())), owner));
  return view.clone();
}

Result<AttributeValue> special_from(const Json& json) {
  if (member(json, "base64")) {
    DLAS_ASSIGN(Tensor tensor, tensor_from(json));
    return AttributeValue(std::move(tensor));
  }
  const Fields fields(json);
  if (const Json* name = member(json, "dtype")) {
    const auto dtype = name->is_string() ? parse_dtype(name->get<std::string>()) : std::nullopt;
    if (!dtype) return wrong("dtype", "an element type");
    return AttributeValue(*dtype);
  }
  if (member(json, "floats")) {
    DLAS_ASSIGN(Reals list, fields.reals("floats"));
    return AttributeValue(std::move(list));
  }
  if (member(json, "texts")) {
    DLAS_ASSIGN(Texts list, fields.texts("texts"));
    return AttributeValue(std::move(list));
  }
  if (const Json* name = member(json, "float"); name && name->is_string()) {
    const std::string word = name->get<std::string>();
    if (word == "nan") return AttributeValue(std::nan(""));
    if (word == "inf" || word == "-inf") return AttributeValue(word == "inf" ? HUGE_VAL : -HUGE_VAL);
  }
  if (const Json* bytes = member(json, "bytes"); bytes && bytes->is_string())
    if (auto text = from_base64(bytes->get<std::string>())) return AttributeValue(std::move(*text));
  return wrong("value", "floats, texts, dtype, float, bytes or a tensor");
}

Result<TensorChange> change_from(const Fields& in) {
  DLAS_ASSIGN(const std::string kind, in.text("change"));
  if (kind == "axes") {
    AxesChange c;
    DLAS_ASSIGN(c.perm, in.integers("perm"));
    if (in.has("from")) {
      DLAS_ASSIGN(c.from, in.integers("from"));
    }
    return TensorChange(std::move(c));
  }
  if (kind == "order") {
    OrderChange c;
    DLAS_ASSIGN(c.axis, in.integer("axis"));
    DLAS_ASSIGN(c.order, in.integers("order"));
    return TensorChange(std::move(c));
  }
  if (kind == "affine") {
    AffineChange c;
    DLAS_ASSIGN(c.axis, in.integer("axis"));
    DLAS_ASSIGN(c.scale, in.reals("scale"));
    DLAS_ASSIGN(c.offset, in.reals("offset"));
    return TensorChange(std::move(c));
  }
  if (kind != "copy") return wrong("change", "axes, order, affine or copy");
  DLAS_ASSIGN(Tensor tensor, in.as<Tensor>("tensor", "a tensor"));
  return TensorChange(CopyChange{std::move(tensor)});
}

Result<Hash> hash_from(const Fields& in, std::string_view name) {
  DLAS_ASSIGN(const std::string hex, in.text(name));
  if (const auto hash = parse_hash(hex)) return *hash;
  return wrong(name, "32 hex digits");
}

Result<Edit> read(SetAttribute e, const Fields& in) {
  DLAS_ASSIGN(e.node, in.text("node"));
  DLAS_ASSIGN(e.name, in.text("name"));
  if (in.has("after")) {
    auto after = in.any("after");
    if (after.ok()) e.after = std::move(*after);
    else if (after.error().found != "null") return std::move(after).error();
  }
  if (in.has("before")) {
    DLAS_ASSIGN(e.before, in.any("before"));
  }
  return Edit(std::move(e));
}
Result<Edit> read(SetTensor e, const Fields& in) {
  DLAS_ASSIGN(e.value, in.text("value"));
  DLAS_ASSIGN(e.change, change_from(in));
  if (in.has("before")) {
    DLAS_ASSIGN(e.before, hash_from(in, "before"));
  }
  return Edit(std::move(e));
}
Result<Edit> read(SetQuantization e, const Fields& in) {
  DLAS_ASSIGN(e.value, in.text("value"));
  DLAS_ASSIGN(e.after, in.quantization("after"));
  DLAS_ASSIGN(e.before, in.quantization("before"));
  return Edit(std::move(e));
}
Result<Edit> read(InsertNode e, const Fields& in) {
  DLAS_ASSIGN(e.node, in.text("node"));
  DLAS_ASSIGN(e.op, in.text("op"));
  DLAS_ASSIGN(e.attributes, in.attributes("attributes"));
  DLAS_ASSIGN(e.inputs, in.texts("inputs"));
  DLAS_ASSIGN(e.outputs, in.texts("outputs"));
  DLAS_ASSIGN(e.readers, in.texts("readers"));
  return Edit(std::move(e));
}
Result<Edit> read(DeleteNode e, const Fields& in) {
  DLAS_ASSIGN(e.node, in.text("node"));
  DLAS_ASSIGN(e.slot, in.integer("slot"));
  return Edit(std::move(e));
}
Result<Edit> read(Rewire e, const Fields& in) {
  DLAS_ASSIGN(e.node, in.text("node"));
  DLAS_ASSIGN(e.slot, in.integer("slot"));
  DLAS_ASSIGN(e.after, in.text("after"));
  if (in.has("before")) {
    DLAS_ASSIGN(e.before, in.text("before"));
  }
  return Edit(std::move(e));
}
Result<Edit> read(ReplaceRegion e, const Fields& in) {
  DLAS_ASSIGN(e.inputs, in.texts("inputs"));
  DLAS_ASSIGN(e.outputs, in.texts("outputs"));
  DLAS_ASSIGN(e.replacement, in.text("replacement"));
  return Edit(std::move(e));
}
Result<Edit> read(SetOutputs e, const Fields& in) {
  DLAS_ASSIGN(e.after, in.texts("after"));
  if (in.has("before")) {
    DLAS_ASSIGN(e.before, in.texts("before"));
  }
  return Edit(std::move(e));
}
Result<Edit> read(SetContract e, const Fields& in) {
  DLAS_ASSIGN(e.key, in.text("key"));
  DLAS_ASSIGN(e.after, in.text("after"));
  if (in.has("before")) {
    DLAS_ASSIGN(e.before, in.text("before"));
  }
  return Edit(std::move(e));
}

// The alternative of the variant whose kind it is.
template <std::size_t I = 0>
Result<Edit> read_kind(std::string_view kind, const Fields& in) {
  if constexpr (I == std::variant_size_v<Edit>) {
    return wrong("edit", "a kind of edit");
  } else {
    using E = std::variant_alternative_t<I, Edit>;
    if (kind_of(Edit(E{})) == kind) return read(E{}, in);
    return read_kind<I + 1>(kind, in);
  }
}

}  // namespace

Json to_json(const AttributeValue& value) { return of(value); }

Json to_json(const Edit& edit) {
  Json out = {{"edit", kind_of(edit)}};
  std::visit([&](const auto& e) { put(out, e); }, edit);
  return out;
}

Result<AttributeValue> value_from_json(const Json& json) {
  if (json.is_boolean()) return AttributeValue(json.get<bool>());
  if (json.is_number_unsigned() && json.get<std::uint64_t>() > INT64_MAX)
    return wrong("value", "an integer of 64 bits");
  if (json.is_number_integer()) return AttributeValue(json.get<std::int64_t>());
  if (json.is_number_float()) return AttributeValue(json.get<double>());
  if (json.is_string()) return AttributeValue(json.get<std::string>());
  if (json.is_object()) return special_from(json);
  if (!json.is_array()) return make_error(Code::format, "a value", "null");
  Integers list;
  for (const Json& one : json) {
    if (!one.is_number_integer()) return wrong("value", "a list of integers");
    list.push_back(one.get<std::int64_t>());
  }
  return AttributeValue(std::move(list));
}

Result<Edit> edit_from_json(const Json& json) {
  const Fields in(json);
  DLAS_ASSIGN(const std::string kind, in.text("edit"));
  return read_kind(kind, in);
}

Result<std::vector<Edit>> edits_from_json(const Json& json) {
  if (!json.is_array()) return wrong("edits", "a list of edits");
  std::vector<Edit> out;
  for (std::size_t i = 0; i < json.size(); ++i) {
    auto edit = edit_from_json(json[i]);
    if (!edit.ok()) return Error(edit.error()).during(fmt::format("edit {}", i + 1));
    out.push_back(std::move(*edit));
  }
  return out;
}

}  // namespace dlas::study
