// Attributes of a node: a plain C++ struct that its operator declares, behind a type-erased value.
//
// An operator writes
//     struct Attributes {
//       std::int64_t axis = -1;
//       Mode mode = Mode::nearest;
//       void fields(auto& f) { f("axis", axis); f("mode", mode, kModeNames); }
//     };
//     inline const AttributeSchema& kSchema = schema_of<Attributes>();
// and gets from it: reading from a list of named values (what every file format gives), with the defaults above and
// errors for unknown names and wrong types; listing, printing, comparing and hashing.
// Field types: int64_t, double, bool, std::string, an enum with names, DType, vectors of int64_t, double or
// std::string, Tensor, and std::optional of these (absent is not listed).
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/dtype.h"
#include "base/hash.h"
#include "base/result.h"
#include "base/tensor.h"

namespace dlas {

using AttributeValue = std::variant<std::int64_t, double, bool, std::string, DType, std::vector<std::int64_t>,
                                    std::vector<double>, std::vector<std::string>, Tensor>;
struct NamedAttribute {
  std::string name;
  AttributeValue value;
};
using AttributeList = std::vector<NamedAttribute>;

std::string_view kind(const AttributeValue& value);           // "an integer", "a list of floats", ...
bool same(const AttributeValue& a, const AttributeValue& b);  // bitwise for floats: NaN equals itself
void add_to(Hasher& hasher, const AttributeValue& value);

class AttributeSet;

struct AttributeSchema {
  Result<AttributeSet> (*make)(const AttributeList& list);  // Errors: unknown name, wrong kind, name given twice
  AttributeList (*list)(const void* attributes);
  std::vector<std::string_view> (*names)();
};

// Immutable and cheap to copy. Empty for a node whose operator has no attributes.
class AttributeSet {
 public:
  AttributeSet() = default;
  template <typename A>
  static AttributeSet of(A attributes);
  // Attributes of an operator that dlas does not know: kept as the file gave them.
  static AttributeSet raw(AttributeList list);

  // REQUIRES: made from an A (checked).
  template <typename A>
  const A& as() const;

  const AttributeSchema* schema() const { return schema_; }
  AttributeList list() const;
  bool operator==(const AttributeSet& other) const;

 private:
  const AttributeSchema* schema_ = nullptr;
  std::shared_ptr<const void> data_;
};

template <typename A>
const AttributeSchema& schema_of();
const AttributeSchema& no_attributes();   // takes none
const AttributeSchema& raw_attributes();  // takes any

// --- what follows is the reflection that makes the above work ---
namespace attribute_detail {

template <typename E>
  requires std::is_enum_v<E>
bool from(const AttributeValue& v, E& out, std::span<const std::string_view> names) {
  const auto* s = std::get_if<std::string>(&v);
  if (!s) return false;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == *s) {
      out = static_cast<E>(i);
      return true;
    }
  return false;
}
bool from(const AttributeValue& v, std::int64_t& out);
bool from(const AttributeValue& v, double& out);
bool from(const AttributeValue& v, bool& out);
bool from(const AttributeValue& v, std::string& out);
bool from(const AttributeValue& v, DType& out);
bool from(const AttributeValue& v, std::vector<std::int64_t>& out);
bool from(const AttributeValue& v, std::vector<double>& out);
bool from(const AttributeValue& v, std::vector<std::string>& out);
bool from(const AttributeValue& v, Tensor& out);
template <typename T>
bool from(const AttributeValue& v, std::optional<T>& out) {
  return from(v, out.emplace());
}

std::string_view wanted(std::int64_t), wanted(double), wanted(bool), wanted(const std::string&), wanted(DType);
std::string_view wanted(const std::vector<std::int64_t>&), wanted(const std::vector<double>&);
std::string_view wanted(const std::vector<std::string>&), wanted(const Tensor&);
template <typename T>
std::string_view wanted(const std::optional<T>&) {
  return wanted(T{});
}

Error wrong_value(std::string_view name, std::string_view want, const AttributeValue& found);
std::string one_of(std::span<const std::string_view> names);

struct Reader {
  const AttributeList& list;
  std::vector<std::string_view> known = {};
  std::optional<Error> error = {};

  const AttributeValue* find(std::string_view name) {
    known.push_back(name);
    for (const auto& a : list)
      if (a.name == name) return &a.value;
    return nullptr;
  }
  template <typename T>
  void operator()(std::string_view name, T& field) {
    const AttributeValue* v = find(name);
    if (v && !from(*v, field) && !error) error = wrong_value(name, wanted(field), *v);
  }
  template <typename E, std::size_t N>
  void operator()(std::string_view name, E& field, const std::array<std::string_view, N>& names) {
    const AttributeValue* v = find(name);
    if (v && !from(*v, field, names) && !error) error = wrong_value(name, one_of(names), *v);
  }
};

struct Lister {
  AttributeList out = {};
  template <typename T>
  void operator()(std::string_view name, T& field) {
    out.push_back({std::string(name), field});
  }
  template <typename T>
  void operator()(std::string_view name, std::optional<T>& field) {
    if (field) out.push_back({std::string(name), *field});
  }
  template <typename E, std::size_t N>
  void operator()(std::string_view name, E& field, const std::array<std::string_view, N>& names) {
    out.push_back({std::string(name), std::string(names[static_cast<std::size_t>(field)])});
  }
};

std::optional<Error> surplus(const AttributeList& list, std::span<const std::string_view> known);

template <typename A>
struct Maker {
  static Result<AttributeSet> make(const AttributeList& list) {
    A attributes{};
    Reader reader{list};
    attributes.fields(reader);
    if (reader.error) return *reader.error;
    if (auto error = surplus(list, reader.known)) return *error;
    return AttributeSet::of(std::move(attributes));
  }
  static AttributeList list(const void* data) {
    A copy = *static_cast<const A*>(data);
    Lister lister;
    copy.fields(lister);
    return std::move(lister.out);
  }
  static std::vector<std::string_view> names() {
    A attributes{};
    static const AttributeList nothing;
    Reader reader{nothing};
    attributes.fields(reader);
    return reader.known;
  }
  static constexpr AttributeSchema schema{make, list, names};
};

}  // namespace attribute_detail

template <typename A>
const AttributeSchema& schema_of() {
  return attribute_detail::Maker<A>::schema;
}

template <typename A>
AttributeSet AttributeSet::of(A attributes) {
  AttributeSet set;
  set.schema_ = &attribute_detail::Maker<A>::schema;
  set.data_ = std::make_shared<const A>(std::move(attributes));
  return set;
}

template <typename A>
const A& AttributeSet::as() const {
  check(schema_ == &attribute_detail::Maker<A>::schema, "attributes are read as the struct they were made from");
  return *static_cast<const A*>(data_.get());
}

}  // namespace dlas
