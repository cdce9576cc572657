// Reads the text form. One token at a time, no recursion, every size checked against the text that is there.
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/text.h"
#include "model/graph/infer.h"
#include "model/graph/text_form.h"
#include "model/graph/verify.h"

namespace dlas {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

class Parser {
 public:
  Parser(std::string_view text, const Op* (*find)(std::string_view)) : rest_(text), find_(find) {}

  Result<Graph> run() {
    DLAS_TRY(expect("graph"));
    DLAS_ASSIGN(graph_.name, quoted());
    for (space(); !rest_.empty(); space()) DLAS_TRY(statement());
    DLAS_TRY(verify(graph_));
    return std::move(graph_);
  }

  Result<AttributeValue> value(std::string_view& text) {
    auto out = attribute();
    text = rest_;
    return out;
  }

 private:
  void space() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\n')) {
      line_ += rest_[0] == '\n';
      rest_.remove_prefix(1);
    }
  }
  Error wrong(std::string_view expected) const {
    const std::string_view here = rest_.substr(std::min(rest_.find_first_not_of(' '), rest_.size()));
    const std::string_view found = here.substr(0, std::min<std::size_t>(here.find_first_of(" \n"), 24));
    return make_error(Code::format, expected, found.empty() ? "the end" : "'" + std::string(found) + "'")
        .at_slot(fmt::format("line {}", line_));
  }
  bool take(std::string_view word) {
    space();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  Status expect(std::string_view word) {
    if (!take(word)) return wrong("'" + std::string(word) + "'");
    return {};
  }
  // The characters up to a delimiter.
  std::string_view word() {
    space();
    const std::size_t end = std::min(rest_.find_first_of(" \n,]()}="), rest_.size());
    const std::string_view out = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return out;
  }

  Result<std::string> quoted() {
    DLAS_TRY(expect("\""));
    std::string out;
    while (!rest_.empty() && rest_[0] != '"') {
      char c = rest_[0];
      rest_.remove_prefix(1);
      if (c == '\n') return wrong("a closing quote");
      if (c == '\\') {
        if (rest_.size() >= 3 && rest_[0] == 'x' && digit(rest_[1]) >= 0 && digit(rest_[2]) >= 0) {
          c = static_cast<char>(digit(rest_[1]) * 16 + digit(rest_[2]));
          rest_.remove_prefix(3);
        } else if (!rest_.empty() && (rest_[0] == '"' || rest_[0] == '\\')) {
          c = rest_[0];
          rest_.remove_prefix(1);
        } else {
          return wrong("an escape \\\", \\\\ or \\xNN");
        }
      }
      out += c;
    }
    DLAS_TRY(expect("\""));
    return out;
  }

  Result<std::int64_t> integer() {
    const auto before = rest_;
    const auto value = parse_int(word());
    if (value) return *value;
    rest_ = before;
    return wrong("an integer");
  }
  Result<double> real() {
    const auto before = rest_;
    const std::string_view w = word();
    if (w == "nan") return std::numeric_limits<double>::quiet_NaN();
    if (const auto value = parse_double(w)) return *value;
    rest_ = before;
    return wrong("a number");
  }
  Result<DType> dtype() {
    const auto before = rest_;
    const auto d = parse_dtype(word());
    if (d) return *d;
    rest_ = before;
    return wrong("an element type");
  }

  template <typename T, typename F>
  Result<std::vector<T>> items(F each) {
    DLAS_TRY(expect("["));
    std::vector<T> out;
    if (take("]")) return out;
    while (true) {
      DLAS_ASSIGN(T item, each());
      out.push_back(std::move(item));
      if (take("]")) return out;
      DLAS_TRY(expect(","));
    }
  }
  Result<std::vector<std::int64_t>> integers() {
    return items<std::int64_t>([&] { return integer(); });
  }

  Result<Dim> dim() {
    space();
    if (rest_.starts_with('"')) {
      DLAS_ASSIGN(std::string name, quoted());
      return Dim::symbol(std::move(name));
    }
    const auto before = rest_;
    const std::string_view w = word();
    if (w == "?") return Dim();
    if (const auto n = parse_int(w); n && *n >= 0) return Dim(*n);
    if (!w.empty() && w[0] != '-' && digit(w[0]) < 0) return Dim::symbol(std::string(w));
    if (!w.empty() && w[0] >= 'a' && w[0] <= 'f') return Dim::symbol(std::string(w));
    rest_ = before;
    return wrong("a size");
  }

  Result<Type> type() {
    Type t;
    DLAS_ASSIGN(t.dtype, dtype());
    if (!take("[..]")) {
      DLAS_ASSIGN(t.dims, items<Dim>([&] { return dim(); }));
    }
    if (take("axes ")) t.axes = word();
    if (take("q ")) {
      Quantization q;
      DLAS_ASSIGN(const std::int64_t axis, integer());
      DLAS_ASSIGN(const std::int64_t bits, integer());
      if (axis < -1 || axis > 64 || bits < 1 || bits > 64) return wrong("a quantised axis and bits in range");
      q.axis = static_cast<int>(axis);
      q.bits = static_cast<int>(bits);
      DLAS_TRY(expect("f"));
      DLAS_ASSIGN(q.scales, items<double>([&] { return real(); }));
      DLAS_ASSIGN(q.zero_points, integers());
      t.quantization = std::make_shared<const Quantization>(std::move(q));
    }
    return t;
  }

  Result<Tensor> contents(DType d, Shape shape) {
    DLAS_TRY(expect("0x"));
    const std::size_t digits = std::min(rest_.find_first_not_of("0123456789abcdef"), rest_.size());
    const auto need = byte_size(d, shape);
    if (!need || *need != digits / 2 || digits % 2) return wrong("as many bytes as the type has");
    DLAS_ASSIGN(Tensor t, Tensor::zeros(d, std::move(shape)));
    auto out = t.mutable_bytes();
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = static_cast<std::byte>(digit(rest_[2 * i]) * 16 + digit(rest_[2 * i + 1]));
    rest_.remove_prefix(digits);
    return t;
  }

  Result<AttributeValue> attribute() {
    space();
    if (rest_.starts_with('"')) {
      DLAS_ASSIGN(std::string s, quoted());
      return AttributeValue(std::move(s));
    }
    if (rest_.starts_with('[')) {
      DLAS_ASSIGN(auto list, integers());
      return AttributeValue(std::move(list));
    }
    if (take("f[")) {
      rest_ = std::string_view(rest_.data() - 1, rest_.size() + 1);
      DLAS_ASSIGN(auto list, items<double>([&] { return real(); }));
      return AttributeValue(std::move(list));
    }
    if (take("s[")) {
      rest_ = std::string_view(rest_.data() - 1, rest_.size() + 1);
      DLAS_ASSIGN(auto list, items<std::string>([&] { return quoted(); }));
      return AttributeValue(std::move(list));
    }
    if (take("type ")) {
      DLAS_ASSIGN(const DType d, dtype());
      return AttributeValue(d);
    }
    const auto before = rest_;
    const std::string_view w = word();
    if (w == "true" || w == "false") return AttributeValue(w == "true");
    if (const auto i = parse_int(w)) return AttributeValue(*i);
    if (w == "nan") return AttributeValue(std::numeric_limits<double>::quiet_NaN());
    if (const auto f = parse_double(w)) return AttributeValue(*f);
    if (const auto d = parse_dtype(w)) {
      DLAS_ASSIGN(Shape shape, integers());
      DLAS_ASSIGN(Tensor t, contents(*d, std::move(shape)));
      return AttributeValue(std::move(t));
    }
    rest_ = before;
    return wrong("an attribute's value");
  }

  Result<AttributeList> attributes() {
    AttributeList list;
    DLAS_TRY(expect("{"));
    if (take("}")) return list;
    while (true) {
      NamedAttribute a;
      DLAS_ASSIGN(a.name, quoted());
      DLAS_TRY(expect("="));
      DLAS_ASSIGN(a.value, attribute());
      list.push_back(std::move(a));
      if (take("}")) return list;
      DLAS_TRY(expect(","));
    }
  }

  Result<ValueId> fresh(Value value) {
    if (graph_.find(value.name) != kNone) return wrong("a name of its own for each value");
    return graph_.add_value(std::move(value));
  }

  Result<ValueId> used() {
    if (take("-")) return kNone;
    DLAS_ASSIGN(const std::string name, quoted());
    const ValueId v = graph_.find(name);
    if (v == kNone) return wrong("a value that stands above, before");
    return v;
  }
  Result<ValueId> made() {
    if (take("-")) return kNone;
    Value value;
    DLAS_ASSIGN(value.name, quoted());
    DLAS_ASSIGN(value.type, type());
    return fresh(std::move(value));
  }

  template <typename F>
  Result<std::vector<ValueId>> values(F each) {
    std::vector<ValueId> out;
    DLAS_TRY(expect("("));
    if (take(")")) return out;
    while (true) {
      DLAS_ASSIGN(const ValueId v, each());
      out.push_back(v);
      if (take(")")) return out;
      DLAS_TRY(expect(","));
    }
  }

  Status node() {
    Node node;
    DLAS_ASSIGN(node.name, quoted());
    const bool unknown = take("?");
    DLAS_ASSIGN(node.op_name, quoted());
    if (!unknown) {
      node.op = find_(node.op_name);
      if (!node.op) return wrong("a known operator before");
    }
    DLAS_ASSIGN(const AttributeList list, attributes());
    if (node.op) {
      auto made_attributes = node.op->attributes->make(list);
      if (!made_attributes.ok()) return made_attributes.error().at_node(node.name, node.op_name);
      node.attributes = std::move(*made_attributes);
    } else {
      node.attributes = AttributeSet::raw(list);
    }
    DLAS_ASSIGN(node.inputs, values([&] { return used(); }));
    DLAS_TRY(expect("->"));
    DLAS_ASSIGN(node.outputs, values([&] { return made(); }));
    graph_.add_node(std::move(node));
    return {};
  }

  Status constant() {
    Value value;
    DLAS_ASSIGN(value.name, quoted());
    DLAS_ASSIGN(value.type, type());
    DLAS_TRY(expect("="));
    if (!value.type.fixed()) return wrong("fixed sizes of a constant, before");
    DLAS_ASSIGN(value.constant, contents(value.type.dtype, value.type.shape()));
    DLAS_ASSIGN(const ValueId id, fresh(std::move(value)));
    static_cast<void>(id);
    return {};
  }

  Status statement() {
    if (take("meta ")) {
      DLAS_ASSIGN(const std::string key, quoted());
      DLAS_ASSIGN(graph_.metadata[key], quoted());
      return {};
    }
    if (take("input ")) {
      Value value;
      DLAS_ASSIGN(value.name, quoted());
      DLAS_ASSIGN(value.type, type());
      DLAS_ASSIGN(const ValueId id, fresh(std::move(value)));
      graph_.inputs.push_back(id);
      return {};
    }
    if (take("const ")) return constant();
    if (take("node ")) return node();
    if (take("output ")) {
      DLAS_ASSIGN(const ValueId id, used());
      if (id == kNone) return wrong("a value, before");
      graph_.outputs.push_back(id);
      return {};
    }
    return wrong("meta, input, const, node or output");
  }

  std::string_view rest_;
  const Op* (*find_)(std::string_view);
  std::size_t line_ = 1;
  Graph graph_;
};

}  // namespace

Result<Graph> parse_graph(std::string_view text, const Op* (*find)(std::string_view)) {
  return Parser(text, find).run();
}

Result<AttributeValue> parse_attribute_value(std::string_view& text) { return Parser(text, nullptr).value(text); }

}  // namespace dlas
