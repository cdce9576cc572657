#include "model/graph/attribute.h"

#include <algorithm>
#include <bit>
#include <set>

namespace dlas {
namespace {

struct Nothing {
  void fields(auto&) {}
};

struct Raw {
  AttributeList list;
};

Result<AttributeSet> make_raw(const AttributeList& list) { return AttributeSet::raw(list); }
AttributeList list_raw(const void* data) { return static_cast<const Raw*>(data)->list; }
std::vector<std::string_view> no_names() { return {}; }
constexpr AttributeSchema kRaw{make_raw, list_raw, no_names};

bool same_double(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

}  // namespace

const AttributeSchema& no_attributes() { return schema_of<Nothing>(); }
const AttributeSchema& raw_attributes() { return kRaw; }

AttributeSet AttributeSet::raw(AttributeList list) {
  AttributeSet set;
  set.schema_ = &kRaw;
  set.data_ = std::make_shared<const Raw>(Raw{std::move(list)});
  return set;
}

AttributeList AttributeSet::list() const { return schema_ ? schema_->list(data_.get()) : AttributeList{}; }

bool AttributeSet::operator==(const AttributeSet& other) const {
  const AttributeList a = list(), b = other.list();
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i].name != b[i].name || !same(a[i].value, b[i].value)) return false;
  return true;
}

std::string_view kind(const AttributeValue& value) {
  constexpr std::array<std::string_view, 9> kKinds{"an integer",       "a float",           "a bool",
                                                   "a string",         "an element type",   "a list of integers",
                                                   "a list of floats", "a list of strings", "a tensor"};
  return kKinds[value.index()];
}

bool same(const AttributeValue& a, const AttributeValue& b) {
  if (a.index() != b.index()) return false;
  if (const auto* x = std::get_if<double>(&a)) return same_double(*x, std::get<double>(b));
  if (const auto* x = std::get_if<std::vector<double>>(&a))
    return std::ranges::equal(*x, std::get<std::vector<double>>(b), same_double);
  if (const auto* x = std::get_if<Tensor>(&a)) return x->same_bits(std::get<Tensor>(b));
  return std::visit(
      [&]<typename T>(const T& x) {
        if constexpr (std::is_same_v<T, Tensor>) return false;
        else return x == std::get<T>(b);
      },
      a);
}

void add_to(Hasher& hasher, const AttributeValue& value) {
  hasher.add(value.index());
  const auto one = [&]<typename T>(const T& x) {
    if constexpr (std::is_same_v<T, std::string>) hasher.add(x);
    else if constexpr (std::is_same_v<T, double>) hasher.add(std::bit_cast<std::uint64_t>(x));
    else if constexpr (std::is_same_v<T, Tensor>) hasher.add(hash_of(x));
    else hasher.add(static_cast<std::uint64_t>(x));
  };
  std::visit(
      [&]<typename T>(const T& x) {
        if constexpr (requires { typename T::value_type; } && !std::is_same_v<T, std::string>) {
          hasher.add(x.size());
          for (const auto& e : x) one(e);
        } else {
          one(x);
        }
      },
      value);
}

namespace attribute_detail {

bool from(const AttributeValue& v, std::int64_t& out) {
  if (const auto* b = std::get_if<bool>(&v)) return out = *b, true;
  const auto* i = std::get_if<std::int64_t>(&v);
  return i && (out = *i, true);
}
bool from(const AttributeValue& v, double& out) {
  if (const auto* i = std::get_if<std::int64_t>(&v)) return out = static_cast<double>(*i), true;
  const auto* d = std::get_if<double>(&v);
  return d && (out = *d, true);
}
bool from(const AttributeValue& v, bool& out) {
  if (const auto* i = std::get_if<std::int64_t>(&v)) return (*i == 0 || *i == 1) && (out = *i != 0, true);
  const auto* b = std::get_if<bool>(&v);
  return b && (out = *b, true);
}
bool from(const AttributeValue& v, std::string& out) {
  const auto* s = std::get_if<std::string>(&v);
  return s && (out = *s, true);
}
bool from(const AttributeValue& v, DType& out) {
  const auto* d = std::get_if<DType>(&v);
  return d && (out = *d, true);
}
bool from(const AttributeValue& v, std::vector<std::int64_t>& out) {
  if (const auto* d = std::get_if<std::vector<double>>(&v)) return d->empty() && (out.clear(), true);
  if (const auto* s = std::get_if<std::vector<std::string>>(&v)) return s->empty() && (out.clear(), true);
  const auto* i = std::get_if<std::vector<std::int64_t>>(&v);
  return i && (out = *i, true);
}
bool from(const AttributeValue& v, std::vector<double>& out) {
  if (const auto* i = std::get_if<std::vector<std::int64_t>>(&v)) return out.assign(i->begin(), i->end()), true;
  const auto* d = std::get_if<std::vector<double>>(&v);
  return d && (out = *d, true);
}
bool from(const AttributeValue& v, std::vector<std::string>& out) {
  if (const auto* i = std::get_if<std::vector<std::int64_t>>(&v)) return i->empty() && (out.clear(), true);
  const auto* s = std::get_if<std::vector<std::string>>(&v);
  return s && (out = *s, true);
}
bool from(const AttributeValue& v, Tensor& out) {
  const auto* t = std::get_if<Tensor>(&v);
  return t && (out = *t, true);
}

std::string_view wanted(std::int64_t) { return "an integer"; }
std::string_view wanted(double) { return "a float"; }
std::string_view wanted(bool) { return "0 or 1"; }
std::string_view wanted(const std::string&) { return "a string"; }
std::string_view wanted(DType) { return "an element type"; }
std::string_view wanted(const std::vector<std::int64_t>&) { return "a list of integers"; }
std::string_view wanted(const std::vector<double>&) { return "a list of floats"; }
std::string_view wanted(const std::vector<std::string>&) { return "a list of strings"; }
std::string_view wanted(const Tensor&) { return "a tensor"; }

Error wrong_value(std::string_view name, std::string_view want, const AttributeValue& found) {
  std::string what(kind(found));
  if (const auto* s = std::get_if<std::string>(&found)) what = "'" + *s + "'";
  if (const auto* i = std::get_if<std::int64_t>(&found)) what = std::to_string(*i);
  return make_error(Code::type, want, what).at_slot("attribute '" + std::string(name) + "'");
}

std::string one_of(std::span<const std::string_view> names) {
  std::string out = "one of";
  for (auto n : names) out += (out.size() > 6 ? ", " : " ") + std::string(n);
  return out;
}

std::optional<Error> surplus(const AttributeList& list, std::span<const std::string_view> known) {
  std::set<std::string_view> seen;
  for (const auto& a : list) {
    if (!seen.insert(a.name).second)
      return make_error(Code::type, "each attribute once", "it twice").at_slot("attribute '" + a.name + "'");
    if (std::ranges::find(known, a.name) == known.end())
      return make_error(Code::type, "an attribute of this operator",
                        "another name" + nearest(a.name, {known.begin(), known.end()}))
          .at_slot("attribute '" + a.name + "'");
  }
  return std::nullopt;
}

}  // namespace attribute_detail
}  // namespace dlas
